package dev.kvasir.node.evict;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.kvasir.block.BlockKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * When the latest blocks were evicted, to see how soon one is wanted again: a short while means
 * that the node has too little memory. Thread-safe.
 */
final class Departures {
  private static final int KEPT = 10_000;

  private final Ticker ticker;
  private final SequencedMap<BlockKey, Long> evicted = new LinkedHashMap<>();

  Departures(Ticker ticker) {
    this.ticker = ticker;
  }

  synchronized void left(BlockKey key) {
    evicted.put(key, ticker.read());
    if (evicted.size() > KEPT) {
      evicted.pollFirstEntry();
    }
  }

  /** How long the block has been away, once it is back; empty if it was not. */
  synchronized Optional<Duration> back(BlockKey key) {
    return Optional.ofNullable(evicted.remove(key))
        .map(since -> Duration.ofNanos(ticker.read() - since));
  }
}
