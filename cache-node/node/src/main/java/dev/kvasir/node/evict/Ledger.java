package dev.kvasir.node.evict;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.kvasir.block.BlockKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The books of the blocks that a node owns. Caffeine (W-TinyLFU) chooses what to evict; an evicted
 * block is in memory and counted until its removal is done. A pinned block weighs nothing to
 * Caffeine, which evicts no such entry, and its bytes are taken off the maximum instead. What the
 * books say follows the grid's events, so it can be wrong for a moment and is put right by the next
 * event or visit. Thread-safe; never blocks for long.
 */
final class Ledger {
  private final long maxBytes;
  private final Consumer<RemovalCause> chosen;
  private final Cache<BlockKey, Kept> kept;
  private final Set<BlockKey> pinned = new HashSet<>();
  // Evicted, in order: bytes of each. Then those of them whose removal is under way.
  private final Map<BlockKey, Long> doomed = new LinkedHashMap<>();
  private final Map<BlockKey, Long> leaving = new HashMap<>();
  // Written while their removal is under way: bytes of what was written.
  private final Map<BlockKey, Long> again = new HashMap<>();
  private long blocks;
  private long keptBytes;
  private long pinnedBytes;
  private long leavingBytes;

  /**
   * The books of a node with these settings.
   *
   * @param chosen is told why a block is evicted; must not block
   */
  Ledger(EvictorSettings settings, Ticker ticker, Consumer<RemovalCause> chosen) {
    this.chosen = chosen;
    maxBytes = settings.ownedBytes();
    kept =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes / Kept.WEIGHT_BYTES)
            .weigher((BlockKey _, Kept entry) -> entry.weight())
            .expireAfter(new IdleTime(settings.idleTime()))
            .evictionListener(this::evicted)
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  private void evicted(@Nullable BlockKey key, @Nullable Kept entry, RemovalCause cause) {
    if (key != null && entry != null) {
      count(entry, -1);
      doom(key, entry.bytes());
      chosen.accept(cause);
    }
  }

  /**
   * A block is in memory: new, written again or with another info. If its removal is under way, it
   * is kept when that is done.
   */
  synchronized void keep(BlockKey key, long bytes) {
    if (leaving.containsKey(key)) {
      again.put(key, bytes);
    } else {
      spare(key);
      write(key, bytes);
    }
  }

  private void write(BlockKey key, long bytes) {
    Kept entry = new Kept(bytes, pinned.contains(key));
    count(entry, 1);
    Kept before = kept.asMap().put(key, entry);
    if (before != null) {
      count(before, -1);
    }
    if (kept.policy().getIfPresentQuietly(key) == entry) {
      spare(key); // an entry that had expired was evicted when this one took its place
    }
    makeRoom();
  }

  /** A block is no longer in memory or no longer this node's. */
  synchronized void forget(BlockKey key) {
    spare(key);
    again.remove(key);
    Kept entry = kept.asMap().remove(key);
    if (entry != null) {
      count(entry, -1);
      makeRoom();
    }
  }

  /** The same, if its entry is still this one. */
  synchronized void forget(BlockKey key, Kept entry) {
    if (kept.policy().getIfPresentQuietly(key) == entry) {
      forget(key);
    }
  }

  /** Somebody used it. */
  synchronized void touch(Collection<BlockKey> keys) {
    for (BlockKey key : keys) {
      var _ = kept.getIfPresent(key);
    }
  }

  /** Whether it is in the books, be it to stay or to go. */
  synchronized boolean isKnown(BlockKey key) {
    return kept.policy().getIfPresentQuietly(key) != null
        || doomed.containsKey(key)
        || leaving.containsKey(key);
  }

  /** Everything that is to stay. */
  synchronized Map<BlockKey, Kept> all() {
    return new HashMap<>(kept.asMap());
  }

  synchronized Set<BlockKey> pinned() {
    return Set.copyOf(pinned);
  }

  synchronized void pin(BlockKey key) {
    if (pinned.add(key)) {
      weighAgain(key);
      Long bytes = doomed.get(key);
      if (bytes != null) {
        spare(key);
        write(key, bytes);
      }
    }
  }

  synchronized void unpin(BlockKey key) {
    if (pinned.remove(key)) {
      weighAgain(key);
    }
  }

  private void weighAgain(BlockKey key) {
    Kept entry = kept.policy().getIfPresentQuietly(key);
    if (entry != null) {
      write(key, entry.bytes());
    }
  }

  /** Up to so many evicted blocks; from now on their removal is under way. */
  synchronized List<BlockKey> takeEvicted(int limit) {
    List<BlockKey> taken = new ArrayList<>();
    for (Iterator<Map.Entry<BlockKey, Long>> rest = doomed.entrySet().iterator();
        rest.hasNext() && taken.size() < limit; ) {
      Map.Entry<BlockKey, Long> next = rest.next();
      leaving.put(next.getKey(), next.getValue());
      taken.add(next.getKey());
      rest.remove();
    }
    return taken;
  }

  /** Its removal is done; its bytes. */
  synchronized long removed(BlockKey key) {
    Long written = again.remove(key);
    long bytes = left(key);
    if (written != null) {
      write(key, written);
    }
    return bytes;
  }

  /** Its removal did not happen: it is evicted as before. */
  synchronized void notRemoved(BlockKey key) {
    again.remove(key);
    doom(key, left(key));
  }

  /** Its removal must not happen: it stays. */
  synchronized void rescue(BlockKey key) {
    again.remove(key);
    write(key, left(key));
  }

  /** Lets go what nobody used for the idle time. */
  synchronized void expire() {
    kept.cleanUp();
  }

  synchronized EvictorState state() {
    return new EvictorState(blocks, keptBytes, pinnedBytes, leavingBytes);
  }

  private void doom(BlockKey key, long bytes) {
    doomed.put(key, bytes);
    leavingBytes += bytes;
  }

  private long left(BlockKey key) {
    Long bytes = leaving.remove(key);
    long count = bytes == null ? 0 : bytes;
    leavingBytes -= count;
    return count;
  }

  private void spare(BlockKey key) {
    Long bytes = doomed.remove(key);
    leavingBytes -= bytes == null ? 0 : bytes;
  }

  private void count(Kept entry, int sign) {
    blocks += sign;
    keptBytes += sign * entry.bytes();
    pinnedBytes += entry.isPinned() ? sign * entry.bytes() : 0;
  }

  private void makeRoom() {
    long weight = Math.max(0, maxBytes - pinnedBytes) / Kept.WEIGHT_BYTES;
    kept.policy()
        .eviction()
        .filter(eviction -> eviction.getMaximum() != weight)
        .ifPresent(eviction -> eviction.setMaximum(weight));
  }
}
