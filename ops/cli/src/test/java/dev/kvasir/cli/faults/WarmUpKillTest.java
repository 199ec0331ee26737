package dev.kvasir.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cli.FetchedModel;
import dev.kvasir.cli.node.GridVisitor;
import dev.kvasir.config.GridConfig;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.event.BlockEvent;
import dev.kvasir.store.event.BlockEvents;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.JobBoard;
import dev.kvasir.warmup.job.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of a job's runner, of a worker that encodes and of the oldest cache node. */
@Tag("kill")
@Timeout(300)
class WarmUpKillTest {
  private static final int PASSAGES = 160;

  /** A grid that answers late forbids no encode: here it has five seconds. */
  private static final int PATIENCE_FACTOR = 20;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Queue<BlockEvent> stored = new ConcurrentLinkedQueue<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void run_runnerWorkerAndOldestNodeKilled_nothingIsLostNorEncodedTwice() throws Exception {
    Plan plan = plan();
    Cluster cluster = add(new Cluster(plan, Networks.shared(3), 2, 0, (_, _) -> {}));
    Api api = add(new Api());
    cluster.start();
    Child oldest =
        cluster.caches().stream().min(Comparator.comparingLong(Child::upSinceNanos)).orElseThrow();
    Grid grid = add(GridVisitor.open(cluster.client("watcher"))).grid();
    add(new BlockEvents(grid).subscribe(this::heard));
    JobBoard jobs = new JobBoard(grid);

    Child runner = runner(plan, cluster, "runner", "run", "--corpus", corpus().toString());
    await(() -> stored.size() > PASSAGES / 5);
    runner.kill();
    Job job = jobs.list().getFirst();
    runner(plan, cluster, "next-runner", "resume", job.id());

    await(() -> stored.size() > 2 * PASSAGES / 5);
    Child killed = cluster.prefills().getFirst();
    Child survivor = cluster.prefills().getLast();
    killed.kill();
    await(() -> stored.size() > 3 * PASSAGES / 5);
    oldest.kill();

    await(() -> isFinished(jobs, job.id()));
    Job done = jobs.get(job.id()).orElseThrow();
    assertThat(done.progress().present())
        .as("blocks of the manifest in the grid")
        .isEqualTo(PASSAGES);
    assertThat(done.progress().total().failed()).isZero();
    assertThat(stored)
        .as("no block was stored twice")
        .extracting(BlockEvent::key)
        .doesNotHaveDuplicates();
    long lefts =
        (long) api.metric(cluster.url(survivor), "kvasir_encoded_blocks_total").orElseThrow();
    assertThat(lefts + storedBy(killed))
        .as("what the killed worker had stored was not encoded again; one more is the prefix")
        .isLessThanOrEqualTo(PASSAGES + 1L);
  }

  /** While the grid settles without its oldest node it may not answer in time. */
  private static boolean isFinished(JobBoard jobs, String id) {
    try {
      return jobs.get(id).map(Job::state).equals(Optional.of(JobState.FINISHED));
    } catch (StoreException e) {
      return false;
    }
  }

  private void heard(BlockEvent event) {
    if (event.kind() == BlockEvent.Kind.STORED) {
      stored.add(event);
    }
  }

  private long storedBy(Child worker) {
    return stored.stream().filter(event -> event.origin().member().equals(worker.name())).count();
  }

  /** A process that runs the job. */
  private Child runner(Plan plan, Cluster cluster, String name, String... arguments) {
    List<String> settings = cluster.clientSettings(name);
    settings.addAll(List.of("model.path=" + plan.model(), "model.threads=1"));
    List<String> command = new ArrayList<>(ChildJvm.command(plan, "512m", "warmup", settings));
    command.addAll(command.indexOf("warmup") + 1, List.of(arguments));
    Child child = new Child(name, Child.Role.WORKER, command, "never read", folder);
    open.add(child::kill);
    child.start();
    return child;
  }

  private Path corpus() throws IOException {
    return Files.write(
        folder.resolve("corpus.jsonl"),
        IntStream.range(0, PASSAGES)
            .mapToObj(i ->
                "{\"id\": \"%d\", \"text\": \"Ferry number %d carries %d people at %d past nine.\"}"
                    .formatted(i, i, 40 + 7 * i, i % 60))
            .toList());
  }

  private Plan plan() {
    Path model = FetchedModel.path();
    return new Plan(
        1,
        Set.of(),
        Duration.ofMinutes(1),
        GridConfig.Kind.IGNITE,
        folder,
        model,
        PATIENCE_FACTOR,
        "dev.kvasir.cli.Kvasir");
  }

  private static void await(BooleanSupplier condition) {
    assertThat(Waiting.until(condition, PATIENCE)).as("it goes on").isTrue();
  }

  private <T extends AutoCloseable> T add(T closeable) {
    open.add(closeable);
    return closeable;
  }
}
