package dev.kvasir.node.evict;

import java.time.Duration;
import java.util.Optional;

/**
 * How much a node keeps.
 *
 * @param budgetBytes memory for blocks on this node, as owner and as backup; the grid's own region
 *     should have at least 1.3 times as much
 * @param copies how many nodes hold each block; the node decides for its share of the budget
 * @param idleTime after which a block that nobody uses goes; empty keeps it as long as it fits
 * @param removalsUnderWay most removals that run at the same time
 * @param grace after which records that belong to no block are what a dead writer left; longer than
 *     any put takes
 */
public record EvictorSettings(
    long budgetBytes,
    int copies,
    Optional<Duration> idleTime,
    int removalsUnderWay,
    Duration grace) {
  private static final Duration USUAL_GRACE = Duration.ofMinutes(2);

  /** A node is full when what waits for its removal is more than this part of its budget. */
  private static final int SLACK_PART = 32;

  public EvictorSettings {
    require(budgetBytes >= 1 << 20, "budget-bytes must be at least 1 MiB", budgetBytes);
    require(copies >= 1 && copies <= 9, "copies must be in [1, 9]", copies);
    require(
        idleTime.map(Duration::isPositive).orElse(true), "idle-time must be positive", idleTime);
    require(
        removalsUnderWay >= 1 && removalsUnderWay <= 1_024,
        "removals-under-way must be in [1, 1024]",
        removalsUnderWay);
    require(!grace.isNegative(), "grace must not be negative", grace);
  }

  /**
   * That budget for blocks with so many copies, 32 removals at once, no idle time, two minutes of
   * grace.
   */
  public static EvictorSettings of(long budgetBytes, int copies) {
    return new EvictorSettings(budgetBytes, copies, Optional.empty(), 32, USUAL_GRACE);
  }

  /** Bytes of blocks that the node may own. */
  long ownedBytes() {
    return budgetBytes / copies;
  }

  /** Above its owned bytes by this much a node is full; below half of it, it is free again. */
  long slackBytes() {
    return ownedBytes() / SLACK_PART;
  }

  private static void require(boolean condition, String rule, Object value) {
    if (!condition) {
      throw new IllegalArgumentException(rule + ": " + value);
    }
  }
}
