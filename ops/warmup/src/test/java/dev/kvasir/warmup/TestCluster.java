package dev.kvasir.warmup;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.http.access.Access;
import dev.kvasir.http.server.Server;
import dev.kvasir.http.server.ServerSettings;
import dev.kvasir.prefill.PrefillOptions;
import dev.kvasir.prefill.PrefillWorker;
import dev.kvasir.prefill.http.EncodeApi;
import dev.kvasir.prefill.lease.GridLeases;
import dev.kvasir.prefill.remote.ClusterEncoder;
import dev.kvasir.prefill.remote.WorkerClient;
import dev.kvasir.prefill.testing.FakeEngine;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.delete.Deletions;
import dev.kvasir.store.delete.GuardedStore;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.memory.MemoryGrid;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.Jobs;
import dev.kvasir.warmup.job.Manifests;
import dev.kvasir.warmup.job.RunnerLeases;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A grid with prefill workers that are asked over HTTP, and processes that run jobs on it. */
final class TestCluster implements AutoCloseable {
  private static final OpenTelemetry TRACES = OpenTelemetry.noop();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  static final Duration LEASE = Duration.ofSeconds(10);
  private static final Pace PACE =
      new Pace(16, 3, Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(5));
  private static final ServerSettings LOCAL =
      new ServerSettings(
          "127.0.0.1",
          0,
          Optional.empty(),
          1 << 20,
          1 << 13,
          new ServerSettings.Timeouts(PATIENCE, PATIENCE, Duration.ofMillis(100)));

  final MemoryGrid grid = new MemoryGrid();
  final Tombstones tombstones = new Tombstones(grid.map(Tombstones.MAP), Duration.ofHours(1));
  final BlockStore store = new GuardedStore(grid.blocks(), tombstones);
  final List<Worker> workers = new ArrayList<>();
  private final WorkerClient client =
      new WorkerClient(PATIENCE, PATIENCE, WorkerClient.Trust.none(), TRACES);

  /** A prefill worker in a process of its own, as far as anybody sees. */
  final class Worker {
    final FakeEngine engine = FakeEngine.small();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ArrowBlockCodec codec = new ArrowBlockCodec();
    private final GridLeases leases;
    final PrefillWorker worker;
    private final Server server;
    private final Grid self;

    private Worker(String name) {
      leases = new GridLeases(grid.join(new Member(name, Map.of())), LEASE);
      worker =
          new PrefillWorker(
              new PrefillWorker.Parts(
                  engine, codec, store, leases, registry, TRACES.getTracer("none")),
              PrefillOptions.defaults());
      server =
          Server.open(
              LOCAL,
              EncodeApi.parts(
                  Access.open("tests"),
                  new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                  TRACES,
                  Optional::empty));
      server.serve(new EncodeApi("feed", worker));
      self =
          grid.join(
              new Member(
                  name, Map.of(ClusterEncoder.WORKER_URL, "http://127.0.0.1:" + server.port())));
    }

    /** Passages that it encoded; the prefix, which every worker needs, is not one. */
    long encodes() {
      return (long) registry.counter("kvasir.encoded.blocks").count();
    }

    /** As if the process were killed: it leaves the grid, and its connections break. */
    void die() {
      self.close();
      server.close();
    }

    void close() {
      engine.resume();
      die();
      worker.close();
      leases.close();
      codec.close();
    }
  }

  TestCluster(int workerCount) {
    for (int i = 0; i < workerCount; i++) {
      workers.add(new Worker("worker-" + i));
    }
  }

  /** A process that runs jobs. */
  record Runner(Grid self, WarmUps jobs) {}

  Runner runner(String name) {
    return runner(name, encoder -> encoder);
  }

  /** A process that runs jobs, with another encoder before its own. */
  Runner runner(String name, UnaryOperator<AheadEncoder> before) {
    Grid self = grid.join(new Member(name, Map.of()));
    return new Runner(self, new WarmUps(parts(self, before), LEASE, PACE));
  }

  private WarmUps.Parts parts(Grid self, UnaryOperator<AheadEncoder> before) {
    AheadEncoder encoder = before.apply(new ClusterEncoder(self, client, new NoEncoder()));
    return new WarmUps.Parts(self, store, tombstones, new FakeLayout(), encoder);
  }

  /** A run of the job by a process that has its lease. */
  JobRun lateRun(Job job) {
    Grid self = grid.join(new Member("late", Map.of()));
    RunnerLeases leases = new RunnerLeases(self, LEASE);
    RunnerLeases.Lease lease = leases.acquire(job.id()).orElseThrow();
    return new JobRun(
        parts(self, encoder -> encoder),
        new Jobs(self),
        new Manifests(self),
        PACE,
        new LeaseKeeper(lease, LEASE));
  }

  Deletions deletions() {
    return new Deletions(grid, store, tombstones, Duration.ofMillis(50));
  }

  /** No worker computes until {@link #goOn()}. */
  void hold() {
    workers.forEach(worker -> worker.engine.pause());
  }

  void goOn() {
    workers.forEach(worker -> worker.engine.resume());
  }

  long encodes() {
    return workers.stream().mapToLong(Worker::encodes).sum();
  }

  /** For a process without a model. */
  private record NoEncoder() implements AheadEncoder {
    @Override
    public CompletableFuture<EncodedBlock> encode(CacheableBlock block) {
      return CompletableFuture.failedFuture(new IllegalStateException("no worker"));
    }

    @Override
    public CompletableFuture<Outcome> encodeAhead(CacheableBlock block) {
      return CompletableFuture.failedFuture(new IllegalStateException("no worker"));
    }
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
    client.close();
    grid.close();
  }
}
