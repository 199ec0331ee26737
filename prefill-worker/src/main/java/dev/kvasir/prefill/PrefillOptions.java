package dev.kvasir.prefill;

import java.time.Duration;

/**
 * Limits of a prefill worker.
 *
 * @param maxWaitingBlocks blocks accepted and not yet encoded; more are refused
 * @param maxBatchTokens tokens that share one forward pass; a longer block runs alone
 * @param maxPrefixes prefix blocks kept installed
 * @param lookupDeadline how long store and leases may take to say that a block is there or in work,
 *     where somebody waits for its bytes
 * @param foreignEncodePatience how long to wait for another worker that encodes a block already;
 *     where nobody waits for the bytes, for store and leases, too
 * @param putDeadline how long the store may take to accept a block
 * @param maxUnstoredBytes encoded bytes the store has not accepted yet; blocks above are not stored
 */
public record PrefillOptions(
    int maxWaitingBlocks,
    int maxBatchTokens,
    int maxPrefixes,
    Duration lookupDeadline,
    Duration foreignEncodePatience,
    Duration putDeadline,
    long maxUnstoredBytes) {
  public PrefillOptions {
    positive("maxWaitingBlocks", maxWaitingBlocks);
    positive("maxBatchTokens", maxBatchTokens);
    positive("maxPrefixes", maxPrefixes);
    positive("lookupDeadline", lookupDeadline.toMillis());
    positive("foreignEncodePatience", foreignEncodePatience.toMillis());
    positive("putDeadline", putDeadline.toMillis());
    positive("maxUnstoredBytes", maxUnstoredBytes);
  }

  public static PrefillOptions defaults() {
    return new PrefillOptions(
        1_024,
        1_024,
        16,
        Duration.ofMillis(250),
        Duration.ofSeconds(20),
        Duration.ofSeconds(10),
        256L << 20);
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be positive: " + name + "=" + value);
    }
  }
}
