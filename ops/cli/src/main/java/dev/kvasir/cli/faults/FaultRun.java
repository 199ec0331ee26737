package dev.kvasir.cli.faults;

import dev.kvasir.cli.api.Document;
import dev.kvasir.cli.faults.witness.Witness;
import dev.kvasir.config.GridConfig;
import dev.kvasir.config.KvasirConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A cluster of seven processes under load while a seeded schedule breaks it. The answers are
 * compared with those of one process that shares nothing with the cluster.
 */
public final class FaultRun {
  private static final int POOL = 20;
  private static final int SENTENCES = 3;
  private static final int USUAL = 12;
  private static final int FRESH_PER_MINUTE = 12;
  private static final int TINY_DISK_MIB = 64;
  private static final Duration CALM = Duration.ofSeconds(40);
  private static final int CALM_HITS = 20;

  private final Plan plan;
  private final Consumer<String> progress;

  public FaultRun(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /** Runs to the end of the fault that is under way when the time is over. */
  public Summary run() {
    makeFolder();
    Prompts prompts = new Prompts(plan.seed());
    List<Document> pool = prompts.passages(POOL, SENTENCES);
    List<Prompt> usual = prompts.over(pool, USUAL, 0);
    int count = (int) (FRESH_PER_MINUTE * plan.length().toSeconds() / 60) + FRESH_PER_MINUTE;
    List<Prompt> fresh = prompts.fresh(pool, count, SENTENCES, USUAL);
    try (Api api = new Api();
        GridLog _ = GridLog.to(plan.folder().resolve("run-grid.log"));
        History history = new History(plan.folder().resolve("history.jsonl"));
        TinyDisk tinyDisk =
            TinyDisk.mount(
                plan.folder().resolve("disk-" + (Cluster.CACHE_NODES - 1)), TINY_DISK_MIB);
        Cluster cluster =
            new Cluster(plan, networks(), 2, 2, (child, end) -> ended(child, end, history))) {
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().unstarted(() -> end(cluster, tinyDisk)));
      history.began(plan);
      progress.accept("asking " + (usual.size() + fresh.size()) + " prompts without faults");
      Map<Integer, String> answers =
          Reference.answers(plan, api, Stream.concat(usual.stream(), fresh.stream()).toList());
      progress.accept("starting the cluster");
      cluster.start();
      Load load = new Load(cluster, api, new Load.Questions(usual, fresh, answers), history);
      Promise promise = new Promise(cluster, api, pool);
      WorkerMetrics metrics = new WorkerMetrics(cluster, api);
      try (Witness witness = new Witness(witnesses(cluster), plan.seed())) {
        breakIt(load, new Injector(cluster, load, promise, metrics, tinyDisk, history), history);
        testify(witness, history);
      }
      return history.summary();
    }
  }

  private static List<KvasirConfig> witnesses(Cluster cluster) {
    return Stream.of("witness-0", "witness-1").map(cluster::client).toList();
  }

  /** On Hazelcast a lease may have two holders: that costs an encode of the same bytes. */
  private void testify(Witness witness, History history) {
    Witness.Testimony testimony = witness.testify(plan.folder().resolve("operations.jsonl"));
    history.operations(testimony.counts(), testimony.doubleLeases().size());
    testimony.violations().forEach(history::violation);
    if (plan.grid() == GridConfig.Kind.IGNITE) {
      testimony.doubleLeases().forEach(leases -> history.violation("two holders: " + leases));
    }
  }

  private Networks networks() {
    return plan.faults().contains(Fault.PARTITION)
        ? Networks.apart(Cluster.CACHE_NODES)
        : Networks.shared(Cluster.CACHE_NODES);
  }

  /** A cache node may: it was expelled. A worker that was up finds back to its grid by itself. */
  private static void ended(Child child, Child.End end, History history) {
    String what = "%s ended by itself, %s".formatted(child.name(), end);
    history.event(what);
    if (child.role() == Child.Role.WORKER && end == Child.End.WHILE_UP) {
      history.violation(what);
    }
  }

  private static void end(Cluster cluster, TinyDisk tinyDisk) {
    cluster.close();
    tinyDisk.close();
  }

  private void makeFolder() {
    try {
      Files.createDirectories(plan.folder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void breakIt(Load load, Injector injector, History history) {
    Schedule schedule = new Schedule(plan.seed(), plan.faults());
    try (load) {
      load.start(plan.seed());
      Waiting.until(() -> history.hits() >= CALM_HITS, plan.patient(CALM));
      long end = System.nanoTime() + plan.length().toNanos();
      while (System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
        load.allowFresh(1);
        Schedule.Planned next = schedule.next();
        progress.accept(next.fault().label());
        injector.inject(next);
      }
    }
  }
}
