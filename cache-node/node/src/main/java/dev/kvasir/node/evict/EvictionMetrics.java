package dev.kvasir.node.evict;

import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.LocalBlocks;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What a node's evictor counts. Thread-safe. */
final class EvictionMetrics {
  private final MeterRegistry registry;
  private final Counter evictions;
  private final Counter evictedBytes;
  private final Counter failures;
  private final Counter touches;
  private final Counter refusedTouches;
  private final Counter halfBlocks;
  private final Counter leftRecords;
  private final Departures departures;
  private final Timer reuseGap;

  /** Counts there; the state is asked when somebody reads the figures. */
  EvictionMetrics(MeterRegistry registry, Supplier<EvictorState> state, Ticker ticker) {
    this.registry = registry;
    departures = new Departures(ticker);
    reuseGap =
        Timer.builder("kvasir.evict.reuse.gap")
            .description("How long an evicted block was away before it was stored again")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofSeconds(1))
            .maximumExpectedValue(Duration.ofDays(1))
            .register(registry);
    chosenFor(RemovalCause.SIZE);
    chosenFor(RemovalCause.EXPIRED);
    Gauge.builder("kvasir.stored.bytes", () -> state.get().residentBytes())
        .tag("tier", "memory")
        .register(registry);
    evictions = registry.counter("kvasir.node.evictions");
    evictedBytes = registry.counter("kvasir.node.evicted.bytes");
    failures = registry.counter("kvasir.node.eviction.failures");
    touches = registry.counter("kvasir.node.touches");
    refusedTouches = registry.counter("kvasir.node.touches.refused");
    halfBlocks = registry.counter("kvasir.node.half.blocks");
    leftRecords = registry.counter("kvasir.node.left.records");
    gauge("kvasir.node.bytes", state, EvictorState::keptBytes);
    gauge("kvasir.node.blocks", state, EvictorState::blocks);
    gauge("kvasir.node.pinned.bytes", state, EvictorState::pinnedBytes);
    gauge("kvasir.node.leaving.bytes", state, EvictorState::leavingBytes);
  }

  private void gauge(
      String name, Supplier<EvictorState> state, ToLongFunction<EvictorState> value) {
    Gauge.builder(name, () -> value.applyAsLong(state.get())).register(registry);
  }

  /** A block was chosen to go; unless a pin saves it, its removal follows. */
  void chosen(RemovalCause why) {
    chosenFor(why).increment();
  }

  private Counter chosenFor(RemovalCause why) {
    String reason = why == RemovalCause.EXPIRED ? "idle" : "budget";
    return registry.counter("kvasir.evicted", "tier", "memory", "reason", reason);
  }

  /** A block is in memory that was not. */
  void arrived(BlockKey key) {
    departures.back(key).ifPresent(reuseGap::record);
  }

  /** A removal is done; of a block that was gone already it counts nothing. */
  void evicted(BlockKey key, long bytes, boolean there) {
    if (there) {
      departures.left(key);
      evictions.increment();
      evictedBytes.increment((double) bytes);
    }
  }

  void failed() {
    failures.increment();
  }

  /** So many uses were reported by readers, of this node's blocks and others. */
  void touched(int keys) {
    touches.increment(keys);
  }

  /** A message of touches was none. */
  void touchRefused() {
    refusedTouches.increment();
  }

  /** Blocks that lacked records and records that belonged to no block are gone. */
  void swept(LocalBlocks.Swept swept) {
    halfBlocks.increment(swept.halfBlocks());
    leftRecords.increment(swept.records());
  }
}
