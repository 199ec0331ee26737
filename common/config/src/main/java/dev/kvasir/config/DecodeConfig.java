package dev.kvasir.config;

import java.time.Duration;
import java.util.Locale;

/** Limits of a decode worker; the size of its local cache is {@link CacheConfig}'s. */
public record DecodeConfig(
    @About("how long the store may take for a block before it counts as missing")
        Duration fetchDeadline,
    @About("requests computed at the same time") int maxRunning,
    @About("requests that may wait for their turn; more are refused") int maxWaiting,
    @About(
            "requests on the way to their first token at once while the worker is overloaded; more are answered with 429")
        int maxStarting,
    @About(
            "how long more than those crowd before the worker counts as overloaded, and how long it refuses nobody before it no longer does")
        Duration overloadAfter,
    @About("what mode auto means for the loaded model: block or full") AutoMode autoMode) {

  /** What a request in mode {@code auto} gets. */
  public enum AutoMode {
    BLOCK,
    FULL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public DecodeConfig {
    Require.positive("fetch_deadline", fetchDeadline);
    Require.atLeast("max_running", maxRunning, 1);
    Require.atLeast("max_waiting", maxWaiting, 0);
    Require.atLeast("max_starting", maxStarting, 1);
    Require.positive("overload_after", overloadAfter);
  }

  public static DecodeConfig defaults() {
    return new DecodeConfig(Duration.ofSeconds(2), 8, 16, 1, Duration.ofSeconds(5), AutoMode.BLOCK);
  }
}
