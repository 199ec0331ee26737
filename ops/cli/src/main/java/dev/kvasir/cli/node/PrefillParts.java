package dev.kvasir.cli.node;

import dev.kvasir.config.KvasirConfig;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.prefill.PrefillWorker;
import dev.kvasir.prefill.lease.GridLeases;
import dev.kvasir.prefill.remote.ClusterEncoder;
import dev.kvasir.prefill.remote.WorkerClient;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;

/** How a process has missing blocks encoded. */
final class PrefillParts {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ENCODE = Duration.ofSeconds(30);

  private PrefillParts() {}

  /**
   * Has them encoded by the worker of the cluster that owns the block's key, at last by this
   * process's own; the closers own it.
   */
  static AheadEncoder open(
      KvasirConfig config,
      LoadedModel model,
      Storage storage,
      PrometheusMeterRegistry registry,
      Closers closers) {
    GridLeases leases = closers.add(new GridLeases(storage.grid(), LEASE));
    PrefillWorker worker =
        closers.add(
            new PrefillWorker(
                model.engine(),
                model.codec(),
                storage.blocks(),
                leases,
                ModuleSettings.prefill(config.prefill()),
                registry));
    EncodePort.open(
        config.prefill(), model.engine().model().fingerprint(), worker, registry::scrape, closers);
    return new ClusterEncoder(storage.grid(), client(closers), worker);
  }

  /** Asks workers of the cluster; the closers own it. */
  static WorkerClient client(Closers closers) {
    return closers.add(new WorkerClient(CONNECT, ENCODE));
  }
}
