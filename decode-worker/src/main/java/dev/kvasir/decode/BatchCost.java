package dev.kvasir.decode;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one prompt's missing blocks cost, told to {@link FetchCosts} when the last of them is there.
 * Thread-safe.
 */
final class BatchCost {
  private final FetchCosts costs;
  private final long since = System.nanoTime();
  private final AtomicInteger open;
  private final AtomicLong fetchedBytes = new AtomicLong();
  private final AtomicLong fetchedNanos = new AtomicLong();
  private final AtomicLong lateBytes = new AtomicLong();
  private final AtomicInteger encodedTokens = new AtomicInteger();
  private final AtomicLong encodeNanos = new AtomicLong();

  BatchCost(FetchCosts costs, int blocks) {
    this.costs = costs;
    open = new AtomicInteger(blocks);
  }

  /** A block came from the store. */
  void fetched(long bytes) {
    fetchedBytes.addAndGet(bytes);
    fetchedNanos.accumulateAndGet(System.nanoTime() - since, Math::max);
  }

  /** A block was awaited from the store in vain. */
  void late(long bytes) {
    lateBytes.addAndGet(bytes);
  }

  /** A block was encoded, from then on. */
  void encoded(int tokens, long startedNanos) {
    encodedTokens.addAndGet(tokens);
    encodeNanos.accumulateAndGet(System.nanoTime() - startedNanos, Math::max);
  }

  /** A block is there or given up. */
  void ended() {
    if (open.decrementAndGet() > 0) {
      return;
    }
    if (lateBytes.get() > 0) {
      costs.late(lateBytes.get() + fetchedBytes.get(), Duration.ofNanos(System.nanoTime() - since));
    } else if (fetchedBytes.get() > 0) {
      costs.fetched(fetchedBytes.get(), Duration.ofNanos(fetchedNanos.get()));
    }
    if (encodedTokens.get() > 0) {
      costs.encoded(encodedTokens.get(), Duration.ofNanos(encodeNanos.get()));
    }
  }
}
