package dev.kvasir.cli.faults;

import dev.kvasir.cli.api.Document;
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
  private static final Duration CALM = Duration.ofSeconds(4);

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
        History history = new History(plan.folder().resolve("history.jsonl"));
        TinyDisk tinyDisk =
            TinyDisk.mount(
                plan.folder().resolve("disk-" + (Cluster.CACHE_NODES - 1)), TINY_DISK_MIB);
        Cluster cluster =
            new Cluster(plan, 2, 2, child -> history.event(child.name() + " ended, restarted"))) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(cluster::close));
      history.began(plan);
      progress.accept("asking " + (usual.size() + fresh.size()) + " prompts without faults");
      Map<Integer, String> answers =
          Reference.answers(plan, api, Stream.concat(usual.stream(), fresh.stream()).toList());
      progress.accept("starting the cluster");
      cluster.start();
      Load load = new Load(cluster, api, new Load.Questions(usual, fresh, answers), history);
      Promise promise = new Promise(cluster, api, pool);
      breakIt(load, new Injector(cluster, load, promise, api, tinyDisk, history));
      return history.summary();
    }
  }

  private void makeFolder() {
    try {
      Files.createDirectories(plan.folder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void breakIt(Load load, Injector injector) {
    Schedule schedule = new Schedule(plan.seed());
    long end = System.nanoTime() + plan.length().toNanos();
    try (load) {
      load.start(plan.seed());
      Waiting.pause(CALM);
      while (System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
        load.allowFresh(1);
        Schedule.Planned next = schedule.next();
        progress.accept(next.fault().label());
        injector.inject(next);
      }
    }
  }
}
