package dev.kvasir.prefill;

import java.time.Duration;

/**
 * Whether lookups have been answered in time lately, by the moving average of those that were not.
 * While too many are late, nobody waits for one: it would cost every prompt its deadline, behind a
 * wire that is slow for minutes. One in a while is tried in the background. Thread-safe.
 */
final class Promptness {
  private static final double WEIGHT_OF_NEW = 0.1;

  /** Three in a row. */
  private static final double LATE = 0.25;

  private static final double PROMPT_AGAIN = 0.1;
  private static final long TRY_EVERY_NANOS = Duration.ofMillis(500).toNanos();

  private double lateShare;
  private boolean late;
  private long lastTrial;

  synchronized void answered() {
    seen(0);
  }

  /** One was not answered by its deadline. */
  synchronized void missed() {
    seen(1);
  }

  private void seen(int lateOne) {
    lateShare = (1 - WEIGHT_OF_NEW) * lateShare + WEIGHT_OF_NEW * lateOne;
    late = lateShare > (late ? PROMPT_AGAIN : LATE);
  }

  /** Whether lookups are not worth waiting for. */
  synchronized boolean isLate() {
    return late;
  }

  /** True once in a while: the caller then tries a lookup that nobody waits for. */
  synchronized boolean trialIsDue(long nowNanos) {
    boolean due = nowNanos - lastTrial >= TRY_EVERY_NANOS;
    if (due) {
      lastTrial = nowNanos;
    }
    return due;
  }
}
