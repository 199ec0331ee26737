package dev.kvasir.cli.faults;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what other processes do. */
final class Waiting {
  private static final int LOOK_EVERY_MILLIS = 20;

  private Waiting() {}

  /** Looks until it holds; false if it does not in time or the thread is interrupted. */
  static boolean until(BooleanSupplier condition, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0 || !pause(Duration.ofMillis(LOOK_EVERY_MILLIS))) {
        return false;
      }
    }
    return true;
  }

  /** Lets that time pass; false if the thread is interrupted. */
  static boolean pause(Duration length) {
    try {
      Thread.sleep(length);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
