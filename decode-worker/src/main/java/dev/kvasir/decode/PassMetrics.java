package dev.kvasir.decode;

import dev.kvasir.engine.batch.BatchingEngine;
import dev.kvasir.engine.batch.PassObserver;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** How full the engine's passes are; their number is the count of either summary. Thread-safe. */
public final class PassMetrics implements PassObserver {
  private final MeterRegistry registry;
  private final DistributionSummary calls;
  private final DistributionSummary tokens;

  /** Shows zeroes at once. */
  public PassMetrics(MeterRegistry registry) {
    this.registry = registry;
    calls =
        DistributionSummary.builder("kvasir.pass.calls")
            .description("Requests and encodes with a share in a forward pass")
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32)
            .register(registry);
    tokens =
        DistributionSummary.builder("kvasir.pass.tokens")
            .description("Tokens in a forward pass")
            .serviceLevelObjectives(1, 2, 4, 8, 32, 128, 512)
            .register(registry);
  }

  /** Shows how many calls wait for a pass or are in one. */
  public void watch(BatchingEngine engine) {
    Gauge.builder("kvasir.pass.waiting", engine::calls)
        .description("Requests and encodes that wait for a forward pass or are in one")
        .register(registry);
  }

  @Override
  public void ran(int callers, int total) {
    calls.record(callers);
    tokens.record(total);
  }
}
