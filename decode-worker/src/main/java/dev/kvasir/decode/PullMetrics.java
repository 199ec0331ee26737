package dev.kvasir.decode;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/**
 * How much of the final block was computed while blocks were still arriving. Of the prompts whose
 * early pass was used: {@code overlap / pull} is the share of the pull in which layers were
 * computed, {@code wait} what the pass had to wait at layers after it had begun. Thread-safe.
 */
final class PullMetrics {
  private final Timer pull;
  private final Timer wait;
  private final Timer overlap;
  private final Counter used;
  private final Counter discarded;

  PullMetrics(MeterRegistry registry) {
    pull = registry.timer("kvasir.pull");
    wait = registry.timer("kvasir.pull.wait");
    overlap = registry.timer("kvasir.pull.overlap");
    used = registry.counter("kvasir.pull.passes", "outcome", "used");
    discarded = registry.counter("kvasir.pull.passes", "outcome", "discarded");
  }

  /** An early pass gave the first token. */
  void used(Duration pulled, EarlyPass pass) {
    used.increment();
    pull.record(pulled);
    wait.record(pass.waited());
    overlap.record(pass.overlap());
  }

  /** An early pass was in vain: a block was encoded after all, or could not be had. */
  void discarded() {
    discarded.increment();
  }
}
