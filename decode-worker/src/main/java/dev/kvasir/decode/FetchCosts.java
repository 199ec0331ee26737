package dev.kvasir.decode;

import java.time.Duration;

/**
 * What fetching and encoding have cost lately, and so which of both is cheaper for a block: its
 * bytes over the rate at which blocks arrived, against its tokens over the speed at which blocks
 * were encoded. Both are moving averages of whole prompts, since the blocks of a prompt share the
 * wire and the processor. A fetch that came too late lowers the rate at once; while encoding is
 * cheaper, one fetch in a while is worth a try in the background. Thread-safe.
 */
final class FetchCosts {
  private static final double WEIGHT_OF_NEW = 0.3;
  private static final double PENALTY = 0.25;
  private static final double NANOS = 1e9;
  private static final double FIRST_BYTES_PER_SECOND = 200e6;
  private static final double FIRST_TOKENS_PER_SECOND = 500;
  private static final Duration SHORTEST_HEDGE = Duration.ofMillis(25);
  private static final int HEDGE_FACTOR = 4;

  private final Duration probeEvery;
  private double bytesPerSecond = FIRST_BYTES_PER_SECOND;
  private double tokensPerSecond = FIRST_TOKENS_PER_SECOND;
  private long lastProbe;
  private boolean probed;

  FetchCosts(Duration probeEvery) {
    this.probeEvery = probeEvery;
  }

  /** That many bytes arrived in that time. */
  synchronized void fetched(long bytes, Duration elapsed) {
    bytesPerSecond = mixed(bytesPerSecond, perSecond(bytes, elapsed));
  }

  /** A trial in the background brought that many bytes: what was known is out of date. */
  synchronized void recovered(long bytes, Duration elapsed) {
    bytesPerSecond = perSecond(bytes, elapsed);
  }

  /** That many bytes had not arrived after that time. */
  synchronized void late(long bytes, Duration elapsed) {
    bytesPerSecond = Math.min(bytesPerSecond, PENALTY * perSecond(bytes, elapsed));
  }

  /** That many tokens were encoded in that time. */
  synchronized void encoded(int tokens, Duration elapsed) {
    tokensPerSecond = mixed(tokensPerSecond, perSecond(tokens, elapsed));
  }

  /** Whether the blocks should be there sooner if they are fetched. */
  synchronized boolean fetchIsCheaper(long bytes, int tokens) {
    return bytes / bytesPerSecond <= tokens / tokensPerSecond;
  }

  /** How long to wait for a fetch before the block is encoded beside it. */
  synchronized Duration hedgeAfter(long bytes, int tokens) {
    double usual = HEDGE_FACTOR * bytes / bytesPerSecond;
    double half = tokens / tokensPerSecond / 2;
    Duration wait = Duration.ofNanos((long) (Math.min(usual, half) * NANOS));
    return wait.compareTo(SHORTEST_HEDGE) < 0 ? SHORTEST_HEDGE : wait;
  }

  /** True once in a while: the caller then tries a fetch that nobody waits for. */
  synchronized boolean probeIsDue(long nowNanos) {
    boolean due = !probed || nowNanos - lastProbe >= probeEvery.toNanos();
    if (due) {
      probed = true;
      lastProbe = nowNanos;
    }
    return due;
  }

  private static double mixed(double old, double sample) {
    return (1 - WEIGHT_OF_NEW) * old + WEIGHT_OF_NEW * sample;
  }

  private static double perSecond(long amount, Duration elapsed) {
    return amount * NANOS / Math.max(1, elapsed.toNanos());
  }
}
