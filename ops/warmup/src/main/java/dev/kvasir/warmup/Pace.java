package dev.kvasir.warmup;

import java.time.Duration;

/**
 * How a runner works.
 *
 * @param inFlight blocks that it has under way at once
 * @param attempts how often it tries a block before it goes on without; workers that are busy do
 *     not count
 * @param firstPause before the second attempt; doubled each time, up to {@code longestPause}
 * @param report how often it writes its progress
 */
record Pace(
    int inFlight, int attempts, Duration firstPause, Duration longestPause, Duration report) {

  static Pace usual() {
    return new Pace(64, 8, Duration.ofMillis(250), Duration.ofSeconds(8), Duration.ofSeconds(1));
  }

  /** The pause after that many attempts. */
  Duration pause(int attempts) {
    Duration doubled = firstPause.multipliedBy(1L << Math.min(attempts - 1, 20));
    return doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
  }
}
