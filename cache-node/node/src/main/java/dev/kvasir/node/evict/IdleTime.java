package dev.kvasir.node.evict;

import com.github.benmanes.caffeine.cache.Expiry;
import dev.kvasir.block.BlockKey;
import java.time.Duration;
import java.util.Optional;

/** A block's time to live since its last use; pinned blocks have no end. */
record IdleTime(Optional<Duration> limit) implements Expiry<BlockKey, Kept> {
  @Override
  public long expireAfterCreate(BlockKey key, Kept entry, long now) {
    return entry.isPinned() ? Long.MAX_VALUE : limit.map(Duration::toNanos).orElse(Long.MAX_VALUE);
  }

  @Override
  public long expireAfterUpdate(BlockKey key, Kept entry, long now, long left) {
    return expireAfterCreate(key, entry, now);
  }

  @Override
  public long expireAfterRead(BlockKey key, Kept entry, long now, long left) {
    return expireAfterCreate(key, entry, now);
  }
}
