package dev.kvasir.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cli.FetchedModel;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.store.grid.join.FreePorts;
import dev.kvasir.warmup.WarmUps;
import dev.kvasir.warmup.corpus.CorpusSpec;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.JobRequest;
import dev.kvasir.warmup.job.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two cache nodes, two prefill workers and processes that run a job, each its own node of a real
 * grid, with the default model.
 */
@Timeout(300)
class WarmUpClusterTest {
  private static final int PASSAGES = 200;

  private String grid = "";

  private final Path model = FetchedModel.path();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final int firstPort = FreePorts.find();
  private final int secondPort = FreePorts.find();

  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  /** The coordinator of the grid, the oldest node, goes too. */
  @ParameterizedTest
  @ValueSource(strings = {"ignite", "hazelcast"})
  void run_runnerAndOldestNodeLostMidway_nothingIsLostNorEncodedTwice(String kind)
      throws Exception {
    grid = kind;
    CacheNode oldest = add(CacheNode.open(member("first", firstPort)));
    add(CacheNode.open(member("second", secondPort)));
    List<PrefillNode> workers =
        IntStream.range(0, 2)
            .mapToObj(i ->
                add(
                    PrefillNode.open(
                        options("prefill-" + i, "prefill.listen=127.0.0.1:" + FreePorts.find()))))
            .toList();
    WarmUpNode lost = add(WarmUpNode.open(options("lost")));
    Job job = lost.warmUps().create(request());
    assertThat(job.plan().newBlocks()).isEqualTo(PASSAGES);
    Thread running = Thread.ofVirtual().start(() -> lost.warmUps().run(job.id(), () -> false));
    await(() -> encodes(workers) > PASSAGES / 4);
    lost.close();
    running.join();
    oldest.close();

    WarmUps next = add(WarmUpNode.open(options("next"))).warmUps();
    Job done = goOn(next, job);
    assertThat(done.state()).isEqualTo(JobState.FINISHED);
    assertThat(done.progress().present()).isEqualTo(PASSAGES);
    assertThat(done.progress().total().failed()).isZero();
    assertThat(encodes(workers)).as("passages and one prefix").isEqualTo(PASSAGES + 1);
    assertThat(next.plan(request()).presentBlocks()).isEqualTo(PASSAGES);
    assertThat(next.plan(request()).tokensPerSecond()).isPositive();
  }

  /** The grid may need a moment to notice that the first runner has left. */
  private static Job goOn(WarmUps jobs, Job job) {
    while (true) {
      var left = jobs.run(job.id(), () -> false);
      if (left.isPresent()) {
        return left.get();
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static long encodes(List<PrefillNode> workers) {
    return workers.stream()
        .mapToLong(node -> (long) node.metrics().counter("kvasir.encoded.blocks").count())
        .sum();
  }

  private JobRequest request() throws IOException {
    Stream<String> lines =
        IntStream.range(0, PASSAGES)
            .mapToObj(i ->
                "{\"id\": \"%d\", \"text\": \"Ferry number %d carries %d people at %d past nine.\"}"
                    .formatted(i, i, 40 + 7 * i, i % 60));
    Path corpus = Files.write(folder.resolve("corpus.jsonl"), lines.toList());
    return new JobRequest(
        CorpusSpec.of(corpus.toString()), "tenant:default", PrefixMode.SINK, "tests");
  }

  private KvasirConfig member(String name, int port) {
    String key = grid.equals("hazelcast") ? "communication" : "discovery";
    return config(name, "grid.role=member", "http.port=0", "grid.%s_port=%d".formatted(key, port));
  }

  private NodeOptions options(String name, String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of("grid.role=client", "model.threads=1"));
    return new NodeOptions(model, config(name, all.toArray(String[]::new)));
  }

  private KvasirConfig config(String name, String... assignments) {
    Stream<String> all = Stream.concat(Stream.of(assignments), Stream.of("grid.kind=" + grid));
    return TestNodes.config(firstPort, secondPort, name, "512MiB", all);
  }

  private <T extends AutoCloseable> T add(T closeable) {
    open.push(closeable);
    return closeable;
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(5_000_000);
    }
  }
}
