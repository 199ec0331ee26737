package dev.kvasir.cli.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.admin.AdminParts;
import dev.kvasir.admin.AuditLog;
import dev.kvasir.admin.ClusterGauges;
import dev.kvasir.admin.QuotaKeeper;
import dev.kvasir.admin.Quotas;
import dev.kvasir.admin.event.EventLog;
import dev.kvasir.admin.event.EventSources;
import dev.kvasir.admin.http.AdminApi;
import dev.kvasir.admin.http.AdminSite;
import dev.kvasir.admin.metric.NodeMetrics;
import dev.kvasir.cli.console.BuildVersion;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.AdminConfig;
import dev.kvasir.config.Secret;
import dev.kvasir.config.SecurityConfig;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.http.access.Role;
import dev.kvasir.http.client.PemTls;
import dev.kvasir.http.server.Server;
import dev.kvasir.http.server.ServerParts;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.holder.Holders;
import dev.kvasir.store.pin.Pins;
import dev.kvasir.store.tier.DiskDirectory;
import dev.kvasir.warmup.Runners;
import dev.kvasir.warmup.WarmUps;
import io.micrometer.core.instrument.FunctionCounter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A process for operators: it serves the admin API, runs warm-up jobs and keeps quotas. It holds no
 * blocks and no weights. Thread-safe.
 */
public final class AdminNode implements RunningNode {
  private static final int KEPT_EVENTS = 10_000;
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration FIGURES = Duration.ofSeconds(10);
  private static final Duration QUOTAS = Duration.ofSeconds(10);

  private final Closers closers;
  private final Server server;

  private AdminNode(NodeOptions options, ObjectNode configuration, Closers closers) {
    this.closers = closers;
    ProcessParts process = ProcessParts.of(options.config(), "admin", closers);
    AdminConfig admin = options.config().admin();
    CompletableFuture<Storage> joined = new CompletableFuture<>();
    server =
        process.listen(
            ModuleSettings.server(options.config(), admin.host(), admin.port()),
            new ServerParts(
                process.access(),
                Role.ADMIN,
                process.registry(),
                process.traces(),
                AdminApi.failures(),
                () -> joined.join().unready()));
    Storage storage =
        Storage.open(
            process,
            ProcessAttributes.of(
                "admin", Optional.of(ProcessAttributes.url(options.config(), server))));
    joined.complete(storage);
    storage.dropDeleted(closers);
    EventLog events = new EventLog(KEPT_EVENTS, InstantSource.system());
    FunctionCounter.builder("kvasir.event.gaps", events, EventLog::gaps)
        .register(process.registry());
    closers.add(new EventSources(storage.grid(), events, process.registry()));
    AdminParts parts = parts(options, process, storage, events, configuration);
    closers.add(new Runners(parts.warmUps(), LOOK));
    closers.add(new QuotaKeeper(storage.blocks(), parts.quotas(), parts.pins(), QUOTAS));
    closers.add(
        new ClusterGauges(gauges(options, parts), process.registry(), InstantSource.system())
            .every(FIGURES));
    server.serve(new AdminSite(parts));
    closers.add(server);
    closers.add(events);
  }

  private static ClusterGauges.Sources gauges(NodeOptions options, AdminParts parts) {
    return new ClusterGauges.Sources(
        parts.pins(),
        parts.warmUps().board(),
        Optional.of(parts.blocks()).filter(_ -> options.config().telemetry().tenantBytes()));
  }

  private static AdminParts parts(
      NodeOptions options,
      ProcessParts process,
      Storage storage,
      EventLog events,
      ObjectNode configuration) {
    SecurityConfig security = options.config().security();
    return new AdminParts(
        storage.grid(),
        storage.blocks(),
        new DiskDirectory(storage.grid().map(DiskDirectory.NAME), storage.tombstones()),
        new Holders(storage.grid()),
        storage.deletions(),
        new Pins(storage.grid().map(Pins.MAP), InstantSource.system()),
        new Quotas(storage.grid()),
        new WarmUps(WarmUpNode.parts(options, process, storage)),
        new AuditLog(storage.grid(), InstantSource.system()),
        events,
        process
            .closers()
            .add(
                new NodeMetrics(
                    security.clusterSecret().map(Secret::reveal),
                    security.tls().authorities().map(PemTls::trusting))),
        storage.logLevels(),
        configuration,
        new AdminParts.Settings(
            options.config().admin().corpora(), security.tls().authorities(), BuildVersion.text()));
  }

  /**
   * Joins the grid and serves.
   *
   * @param configuration of this process, secrets masked
   * @throws UserError if it cannot
   */
  public static AdminNode open(NodeOptions options, ObjectNode configuration) {
    WarmUpNode.requireCluster(options.config().grid());
    Ports.requireFree(options.config().admin().host(), options.config().admin().port());
    Closers closers = new Closers();
    try {
      return new AdminNode(options, configuration, closers);
    } catch (RuntimeException e) {
      closers.close();
      throw e instanceof ModelFileException || e instanceof StoreException ? new UserError(e) : e;
    }
  }

  /** Where it serves. */
  public String url() {
    return server.url();
  }

  @Override
  public void close() {
    closers.close();
  }
}
