package dev.kvasir.node.evict;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.LocalBlocks;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at blocks that were written again while or within ten seconds after they were removed: such
 * a removal may have taken records of the later write. What is not whole goes at once; nobody could
 * have read it anyway. A put that takes longer than that slips through until somebody reads it.
 * Thread-safe.
 */
final class WholeCheck {
  private static final Logger log = LoggerFactory.getLogger(WholeCheck.class);
  private static final Duration SHORTLY = Duration.ofSeconds(10);

  private final LocalBlocks local;
  private final Executor threads;
  private final Consumer<BlockKey> notWhole;
  private final Cache<BlockKey, Boolean> removed;
  private final Set<BlockKey> waiting = ConcurrentHashMap.newKeySet();

  /**
   * Reads on these threads.
   *
   * @param threads may block
   * @param notWhole told of blocks that lack records
   */
  WholeCheck(LocalBlocks local, Executor threads, Consumer<BlockKey> notWhole, Ticker ticker) {
    this.local = local;
    this.threads = threads;
    this.notWhole = notWhole;
    removed = Caffeine.newBuilder().expireAfterWrite(SHORTLY).ticker(ticker).build();
  }

  void removed(BlockKey key) {
    removed.put(key, true);
  }

  boolean wasRemoved(BlockKey key) {
    return removed.getIfPresent(key) != null;
  }

  /** Reads the block, soon; once for all calls that come before that. */
  void call(BlockKey key) {
    if (waiting.add(key)) {
      threads.execute(() -> look(key));
    }
  }

  private void look(BlockKey key) {
    waiting.remove(key);
    try {
      if (local.read(key).isEmpty()) {
        notWhole.accept(key);
      }
    } catch (RuntimeException e) {
      log.warn("block={} could not be read and stays as it is: {}", key, e.getMessage());
    }
  }
}
