package dev.kvasir.decode;

import java.time.Duration;

/**
 * Limits of a decode worker.
 *
 * @param cacheBytes native memory of the local block cache
 * @param fetchDeadline how long the store may take for a block before it counts as missing
 * @param maxRunning requests computed at the same time
 * @param maxWaiting requests that may wait for their turn; more are refused
 * @param autoMode what mode {@code auto} means for the loaded model: block where the model passed
 *     the gate, else full. Fixed here, never by load or by what is cached, so that answers do not
 *     change with the cache
 * @param pipelined whether layers are computed while blocks still arrive from the store, or only
 *     when all blocks are there; the answers are the same
 */
public record DecodeOptions(
    long cacheBytes,
    Duration fetchDeadline,
    int maxRunning,
    int maxWaiting,
    AttentionMode autoMode,
    boolean pipelined) {
  public DecodeOptions {
    atLeast(0, "cacheBytes", cacheBytes);
    atLeast(1, "fetchDeadline in ms", fetchDeadline.toMillis());
    atLeast(1, "maxRunning", maxRunning);
    atLeast(0, "maxWaiting", maxWaiting);
  }

  /** Pipelined. */
  public DecodeOptions(
      long cacheBytes,
      Duration fetchDeadline,
      int maxRunning,
      int maxWaiting,
      AttentionMode autoMode) {
    this(cacheBytes, fetchDeadline, maxRunning, maxWaiting, autoMode, true);
  }

  public static DecodeOptions defaults() {
    return new DecodeOptions(1L << 30, Duration.ofSeconds(2), 8, 64, AttentionMode.BLOCK);
  }

  public DecodeOptions withCacheBytes(long bytes) {
    return new DecodeOptions(bytes, fetchDeadline, maxRunning, maxWaiting, autoMode, pipelined);
  }

  public DecodeOptions withPipelined(boolean wanted) {
    return new DecodeOptions(cacheBytes, fetchDeadline, maxRunning, maxWaiting, autoMode, wanted);
  }

  private static void atLeast(long minimum, String name, long value) {
    if (value < minimum) {
      throw new IllegalArgumentException(
          "%s must be at least %d: %d".formatted(name, minimum, value));
    }
  }
}
