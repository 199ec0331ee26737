package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.Secret;
import dev.kvasir.config.SecurityConfig;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.http.client.PemTls;
import dev.kvasir.http.server.Server;
import dev.kvasir.prefill.PrefillWorker;
import dev.kvasir.prefill.http.EncodeApi;
import dev.kvasir.prefill.lease.GridLeases;
import dev.kvasir.prefill.remote.ClusterEncoder;
import dev.kvasir.prefill.remote.WorkerClient;
import java.time.Duration;
import java.util.Optional;

/** How a process has missing blocks encoded. */
final class PrefillParts {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ENCODE = Duration.ofSeconds(30);

  private PrefillParts() {}

  /**
   * Has them encoded by the worker of the cluster that owns the block's key, at last by this
   * process's own; the closers own it.
   *
   * @param port where this process encodes for others, if it does; it ends before the worker
   */
  static AheadEncoder open(
      ProcessParts process, LoadedModel model, Storage storage, Optional<Server> port) {
    Closers closers = process.closers();
    GridLeases leases = closers.add(new GridLeases(storage.grid(), LEASE));
    PrefillWorker worker =
        closers.add(
            new PrefillWorker(
                new PrefillWorker.Parts(
                    model.engine(),
                    model.codec(),
                    storage.blocks(),
                    leases,
                    process.registry(),
                    process.traces().getTracer("dev.kvasir.prefill")),
                ModuleSettings.prefill(process.config().prefill())));
    port.ifPresent(server -> {
      server.serve(new EncodeApi(model.engine().model().fingerprint(), worker));
      closers.add(server);
    });
    return new ClusterEncoder(storage.grid(), client(process), worker);
  }

  /** Asks workers of the cluster; the closers own it. */
  static WorkerClient client(ProcessParts process) {
    return process
        .closers()
        .add(
            new WorkerClient(
                CONNECT, ENCODE, trust(process.config().security()), process.traces()));
  }

  private static WorkerClient.Trust trust(SecurityConfig security) {
    try {
      return new WorkerClient.Trust(
          security.clusterSecret().map(Secret::reveal),
          security.tls().authorities().map(PemTls::trusting));
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
  }
}
