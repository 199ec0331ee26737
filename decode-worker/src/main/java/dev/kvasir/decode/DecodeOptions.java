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
 * @param overload when requests are refused although there is room for them to wait
 */
public record DecodeOptions(
    long cacheBytes,
    Duration fetchDeadline,
    int maxRunning,
    int maxWaiting,
    AttentionMode autoMode,
    Overload overload) {

  /**
   * When a worker is overloaded, and what it takes then.
   *
   * @param starting requests on the way to their first token at once
   * @param after how long more of them crowd before the worker is overloaded, and how long it
   *     refuses nobody before it no longer is
   */
  public record Overload(int starting, Duration after) {
    public Overload {
      atLeast(1, "starting", starting);
      atLeast(1, "after in ms", after.toMillis());
    }

    public static Overload usual() {
      return new Overload(1, Duration.ofSeconds(5));
    }
  }

  public DecodeOptions {
    atLeast(0, "cacheBytes", cacheBytes);
    atLeast(1, "fetchDeadline in ms", fetchDeadline.toMillis());
    atLeast(1, "maxRunning", maxRunning);
    atLeast(0, "maxWaiting", maxWaiting);
  }

  /** With the usual limits of overload. */
  public DecodeOptions(
      long cacheBytes,
      Duration fetchDeadline,
      int maxRunning,
      int maxWaiting,
      AttentionMode autoMode) {
    this(cacheBytes, fetchDeadline, maxRunning, maxWaiting, autoMode, Overload.usual());
  }

  public static DecodeOptions defaults() {
    return new DecodeOptions(1L << 30, Duration.ofSeconds(2), 8, 16, AttentionMode.BLOCK);
  }

  public DecodeOptions withCacheBytes(long bytes) {
    return new DecodeOptions(bytes, fetchDeadline, maxRunning, maxWaiting, autoMode, overload);
  }

  public DecodeOptions withOverload(Overload limits) {
    return new DecodeOptions(cacheBytes, fetchDeadline, maxRunning, maxWaiting, autoMode, limits);
  }

  private static void atLeast(long minimum, String name, long value) {
    if (value < minimum) {
      throw new IllegalArgumentException(
          "%s must be at least %d: %d".formatted(name, minimum, value));
    }
  }
}
