package dev.kvasir.config;

import java.time.Duration;

/** What holds for deletions in the whole grid. */
public record DeletionConfig(
    @About(
            "how long a deletion defeats encodes that began before it, and files of nodes that were away; at least 5m")
        Duration tombstoneTtl,
    @About("how long a receipt waits for other processes to drop their copies")
        Duration receiptPatience) {
  private static final Duration SHORTEST = Duration.ofMinutes(5);

  public DeletionConfig {
    Require.that(
        tombstoneTtl.compareTo(SHORTEST) >= 0,
        "tombstone_ttl",
        "must be at least 5m, not " + tombstoneTtl);
    Require.positive("receipt_patience", receiptPatience);
  }

  public static DeletionConfig defaults() {
    return new DeletionConfig(Duration.ofHours(24), Duration.ofSeconds(10));
  }
}
