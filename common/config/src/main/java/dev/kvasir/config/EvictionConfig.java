package dev.kvasir.config;

import java.time.Duration;
import java.util.Optional;

/** When a cache node lets go of blocks in memory. */
public record EvictionConfig(
    @About(
            "bytes of blocks this node keeps in memory, at most grid.memory_bytes; none: as many as fit")
        Optional<Bytes> budgetBytes,
    @About("a block that nobody read for so long goes; none: blocks do not age")
        Optional<Duration> ttl) {
  public EvictionConfig {
    budgetBytes.ifPresent(budget -> Require.atLeast("budget_bytes", budget, Bytes.ofMiB(1)));
    ttl.ifPresent(time -> Require.positive("ttl", time));
  }

  public static EvictionConfig defaults() {
    return new EvictionConfig(Optional.empty(), Optional.empty());
  }
}
