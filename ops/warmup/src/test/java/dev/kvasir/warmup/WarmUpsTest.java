package dev.kvasir.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.Scope;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.store.delete.Selector;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.warmup.corpus.CorpusException;
import dev.kvasir.warmup.corpus.CorpusSpec;
import dev.kvasir.warmup.job.ItemProblem;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.JobRequest;
import dev.kvasir.warmup.job.JobState;
import dev.kvasir.warmup.job.Jobs;
import dev.kvasir.warmup.job.Plan;
import dev.kvasir.warmup.job.Progress.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on a cluster of two prefill workers; how often they encoded is what their counters say. */
@Timeout(120)
class WarmUpsTest {
  /** Three parts of a manifest, and a bit. */
  private static final int PASSAGES = 800;

  private static final int PREFIXES = 1;

  @TempDir private Path folder;

  private final TestCluster cluster = new TestCluster(2);

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void plan_someBlocksPresent_countsEachDistinctBlockOnce() throws IOException {
    WarmUps jobs = cluster.runner("one").jobs();
    jobs.run(jobs.create(request(corpus(lines(0, 100)))).id(), WarmUpsTest::never);
    Plan plan =
        jobs.plan(
            request(
                corpus(
                    Stream.concat(
                        Stream.concat(lines(50, 150), lines(140, 150)),
                        Stream.of("no json", "{\"text\": \" \"}")))));
    assertThat(plan.passages()).isEqualTo(110);
    assertThat(plan.blocks()).isEqualTo(100);
    assertThat(plan.presentBlocks()).isEqualTo(50);
    assertThat(plan.newBlocks()).isEqualTo(50);
    long tokens = lines(100, 150).mapToLong(line -> text(line).length()).sum();
    assertThat(plan.newTokens()).isEqualTo(tokens);
    assertThat(plan.newBytes()).isEqualTo(new FakeLayout().bytes((int) tokens));
    assertThat(plan.estimatedSeconds()).isPresent();
    assertThat(plan.faultyItems()).isEqualTo(2);
    assertThat(plan.problems())
        .extracting(ItemProblem::where)
        .containsExactly("line 111", "line 112");
    assertThat(cluster.encodes()).isEqualTo(100 + PREFIXES);
  }

  @Test
  void run_wholeCorpus_storesTheManifestAndASecondJobEncodesNothing() throws IOException {
    WarmUps jobs = cluster.runner("one").jobs();
    Path corpus = corpus(lines(0, PASSAGES));
    Job done = run(jobs, jobs.create(request(corpus)));
    assertThat(done.state()).isEqualTo(JobState.FINISHED);
    assertThat(done.progress().total().encoded()).isEqualTo(PASSAGES);
    assertThat(done.progress().present()).isEqualTo(PASSAGES);
    assertThat(stored()).isEqualTo(new HashSet<>(jobs.board().manifest(done)));
    assertThat(cluster.encodes()).isEqualTo(PASSAGES + PREFIXES);
    Job again = run(jobs, jobs.create(request(corpus)));
    assertThat(again.progress().total()).isEqualTo(new Counts(PASSAGES, 0, 0, 0, PASSAGES, 0, 0));
    assertThat(cluster.encodes()).isEqualTo(PASSAGES + PREFIXES);
  }

  @Test
  void run_passagesThatWereSent_anyProcessEncodesThem() {
    CorpusSpec sent =
        cluster.runner("one").jobs().receive(lines(0, PASSAGES).toList(), Optional.empty());
    WarmUps jobs = cluster.runner("two").jobs();
    Job done =
        run(jobs, jobs.create(new JobRequest(sent, "tenant:acme", PrefixMode.SINK, "tests")));
    assertThat(done.state()).isEqualTo(JobState.FINISHED);
    assertThat(done.progress().present()).isEqualTo(PASSAGES);
  }

  @Test
  void create_sentPassagesAreGone_saysSo() {
    WarmUps jobs = cluster.runner("one").jobs();
    JobRequest request =
        new JobRequest(CorpusSpec.sent("00000000", null), "tenant:acme", PrefixMode.SINK, "tests");
    assertThatThrownBy(() -> jobs.create(request))
        .isInstanceOf(CorpusException.class)
        .hasMessageEndingWith("send them again");
  }

  @Test
  void run_runnerKilledMidway_anotherGoesOnAndNothingIsEncodedTwice() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    TestCluster.Runner lost = cluster.runner("lost", encoder -> new Dying(encoder, calls, 300));
    WarmUps next = cluster.runner("next").jobs();
    Job job = lost.jobs().create(request(corpus(lines(0, PASSAGES))));
    Thread thread = Thread.ofVirtual().start(() -> lost.jobs().run(job.id(), WarmUpsTest::never));
    await(() -> calls.get() >= 300);
    assertThat(next.run(job.id(), WarmUpsTest::never))
        .as("the job while it has a runner")
        .isEmpty();
    lost.self().close();
    Job done = run(next, job);
    assertThat(done.state()).isEqualTo(JobState.FINISHED);
    assertThat(done.progress().present()).isEqualTo(PASSAGES);
    assertThat(cluster.encodes()).isEqualTo(PASSAGES + PREFIXES);
    assertThat(stored()).isEqualTo(new HashSet<>(next.board().manifest(done)));
    thread.interrupt();
  }

  @Test
  void run_overtakenByAnother_leavesTheJobToThatOne() throws IOException {
    Queue<Runnable> atFirst = new ConcurrentLinkedQueue<>();
    TestCluster.Runner slow = cluster.runner("slow", encoder -> new Slow(encoder, atFirst));
    WarmUps next = cluster.runner("next").jobs();
    Job job = slow.jobs().create(request(corpus(lines(0, 20))));
    List<Job> done = new ArrayList<>();
    atFirst.add(() -> {
      slow.self().close();
      done.add(run(next, job));
    });
    assertThat(run(slow.jobs(), job)).isEqualTo(done.getFirst());
    assertThat(done.getFirst().progress().total().encoded()).isEqualTo(20);
    assertThat(next.board().get(job.id())).contains(done.getFirst());
  }

  /** The other one asked for its lease and began before this one could begin. */
  @Test
  void run_anotherBeganMeanwhile_changesNothing() throws IOException {
    WarmUps jobs = cluster.runner("one").jobs();
    Job seen = jobs.create(request(corpus(lines(0, 20))));
    Jobs known = new Jobs(cluster.grid);
    Job begun = known.change(seen.id(), job -> job.begunBy("another")).orElseThrow();
    try (JobRun late = cluster.lateRun(seen)) {
      assertThat(late.run(seen, WarmUpsTest::never)).isEqualTo(begun);
    }
    assertThat(known.get(seen.id())).contains(begun);
    assertThat(cluster.encodes()).isZero();
    assertThat(run(jobs, begun).state()).isEqualTo(JobState.FINISHED);
  }

  /** What the killed worker had begun it never finished, so nothing is completed twice. */
  @Test
  void run_workerKilledMidway_theOtherEncodesTheRest() throws Exception {
    WarmUps jobs = cluster.runner("one").jobs();
    Job job = jobs.create(request(corpus(lines(0, PASSAGES))));
    TestCluster.Worker victim = cluster.workers.getFirst();
    CompletableFuture<Job> done =
        CompletableFuture.supplyAsync(() -> run(jobs, job), Thread::startVirtualThread);
    await(() -> victim.encodes() > 50);
    victim.engine.pause();
    victim.die();
    assertThat(done.join().progress().present()).isEqualTo(PASSAGES);
    assertThat(done.join().progress().total().failed()).isZero();
    assertThat(stored()).isEqualTo(new HashSet<>(jobs.board().manifest(job)));
    assertThat(cluster.encodes()).isEqualTo(PASSAGES + PREFIXES);
  }

  @Test
  void pauseAndResume_byAnotherProcess_stopAndGoOn() throws Exception {
    TestCluster.Runner runner = cluster.runner("runner");
    WarmUps operator = cluster.runner("operator").jobs();
    Job job = operator.create(request(corpus(lines(0, PASSAGES))));
    try (Runners _ = new Runners(runner.jobs(), Duration.ofMillis(10))) {
      await(() -> cluster.encodes() > 20);
      cluster.hold();
      assertThat(operator.board().pause(job.id()).orElseThrow().state()).isEqualTo(JobState.PAUSED);
      cluster.goOn();
      await(() -> operator.board().runner(job.id()).isEmpty());
      long encodes = cluster.encodes();
      assertThat(encodes).isLessThan(PASSAGES);
      assertThat(operator.board().get(job.id()).orElseThrow().state()).isEqualTo(JobState.PAUSED);
      assertThat(cluster.encodes()).isEqualTo(encodes);
      operator.board().resume(job.id());
      await(() -> operator.board().get(job.id()).orElseThrow().state() == JobState.FINISHED);
    }
    assertThat(cluster.encodes()).isEqualTo(PASSAGES + PREFIXES);
    assertThatThrownBy(() -> operator.board().pause(job.id()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is finished: make a new job");
  }

  @Test
  void cancel_runningJob_endsItAndKeepsWhatWasEncoded() throws Exception {
    WarmUps jobs = cluster.runner("one").jobs();
    Job job = jobs.create(request(corpus(lines(0, PASSAGES))));
    CompletableFuture<Job> run =
        CompletableFuture.supplyAsync(() -> run(jobs, job), Thread::startVirtualThread);
    await(() -> cluster.encodes() > 20);
    cluster.hold();
    jobs.board().cancel(job.id());
    cluster.goOn();
    assertThat(run.join().state()).isEqualTo(JobState.CANCELLED);
    assertThat(stored()).hasSizeBetween(20, PASSAGES - 1);
    assertThat(jobs.run(job.id(), WarmUpsTest::never)).isEmpty();
    assertThat(jobs.board().resume("12345678")).isEmpty();
  }

  @Test
  void run_documentDeletedAfterTheJobWasMade_isNotEncoded() throws IOException {
    WarmUps jobs = cluster.runner("one").jobs();
    Job job = jobs.create(request(corpus(lines(0, 20))));
    cluster.deletions().delete(new Selector.Document(new Scope.Tenant("acme"), "doc-7"));
    Job done = run(jobs, job);
    assertThat(done.progress().total().refused()).isEqualTo(1);
    assertThat(done.progress().total().encoded()).isEqualTo(19);
    Job later = run(jobs, jobs.create(request(corpus(lines(0, 20)))));
    assertThat(later.progress().total().encoded()).as("of a job made later").isEqualTo(1);
  }

  @Test
  void run_onePassageCannotBeEncoded_saysWhichAndEncodesTheOthers() throws IOException {
    WarmUps jobs = cluster.runner("one").jobs();
    Job done =
        run(
            jobs,
            jobs.create(
                request(corpus(Stream.concat(lines(0, 5), Stream.of("{\"text\": \"bad!\"}"))))));
    assertThat(done.state()).isEqualTo(JobState.FINISHED);
    assertThat(done.progress().total().failed()).isEqualTo(1);
    assertThat(done.progress().present()).isEqualTo(5);
    assertThat(done.progress().problems()).extracting(ItemProblem::where).containsExactly("line 6");
  }

  @Test
  void run_corpusChangedSinceThePlan_failsWithASentence() throws IOException {
    WarmUps jobs = cluster.runner("one").jobs();
    Path corpus = corpus(lines(0, 20));
    Job job = jobs.create(request(corpus));
    Files.write(corpus, lines(1, 20).toList());
    Job failed = run(jobs, job);
    assertThat(failed.state()).isEqualTo(JobState.FAILED);
    assertThat(failed.problem()).contains("is not what was planned: make a new job");
    assertThat(cluster.encodes()).isZero();
  }

  @Test
  void runners_olderJobsAreBroken_theNewerOneIsRun() throws IOException {
    WarmUps jobs = cluster.runner("one").jobs();
    Path corpus = corpus(lines(0, 20));
    Job gone = jobs.create(request(corpus));
    Job damaged = jobs.create(request(corpus));
    await(() -> System.currentTimeMillis() > damaged.createdAtMillis());
    Job whole = jobs.create(request(corpus));
    SharedMap manifests = cluster.grid.map("kvasir-warmup-manifests");
    Map<String, String> parts = manifests.entries().join();
    assertThat(manifests.remove(part(gone), Objects.requireNonNull(parts.get(part(gone)))).join())
        .isTrue();
    assertThat(
            manifests
                .replace(
                    part(damaged),
                    Objects.requireNonNull(parts.get(part(damaged))),
                    "?",
                    SharedMap.FOREVER)
                .join())
        .isTrue();
    try (Runners _ = new Runners(jobs, Duration.ofSeconds(1))) {
      await(() -> jobs.board().get(whole.id()).orElseThrow().state() == JobState.FINISHED);
    }
    Job failed = jobs.board().get(gone.id()).orElseThrow();
    assertThat(failed.state()).isEqualTo(JobState.FAILED);
    assertThat(failed.problem()).contains("is gone: make a new job");
    assertThat(jobs.board().get(damaged.id()).orElseThrow().state()).isEqualTo(JobState.RUNNING);
  }

  private static String part(Job job) {
    return job.id() + "/00000";
  }

  @Test
  void run_sameTextInTwoDocuments_isEncodedOnceAndBelongsToBoth() throws IOException {
    WarmUps jobs = cluster.runner("one").jobs();
    Path corpus =
        corpus(
            Stream.of(
                "{\"id\": \"a\", \"text\": \"the same\"}",
                "{\"id\": \"b\", \"text\": \"the same\"}"));
    Job done = run(jobs, jobs.create(request(corpus)));
    BlockKey key = jobs.board().manifest(done).getFirst();
    assertThat(documents(key)).containsExactlyInAnyOrder("a", "b");
    assertThat(done.progress().present()).isEqualTo(1);
  }

  @Test
  void run_sameTextInAnotherPart_belongsToBothUnlessOneWasDeleted() throws IOException {
    WarmUps jobs = cluster.runner("one").jobs();
    List<String> first = lines(0, 300).toList();
    Stream<String> repeats =
        IntStream.range(0, 300).mapToObj(i -> first.get(i).replace("\"doc-", "\"copy-"));
    Job job = jobs.create(request(corpus(Stream.concat(first.stream(), repeats))));
    cluster.deletions().delete(new Selector.Document(new Scope.Tenant("acme"), "copy-0"));
    Job done = run(jobs, job);
    List<BlockKey> keys = jobs.board().manifest(done);
    assertThat(keys).hasSize(300);
    assertThat(documents(keys.getFirst())).containsExactly("doc-0");
    for (int i = 1; i < keys.size(); i++) {
      assertThat(documents(keys.get(i))).containsExactlyInAnyOrder("doc-" + i, "copy-" + i);
    }
  }

  @Test
  void run_storedByAnotherDocument_belongsToBothAtOnce() throws IOException {
    WarmUps jobs = cluster.runner("one").jobs();
    run(jobs, jobs.create(request(corpus(Stream.of("{\"id\": \"a\", \"text\": \"same\"}")))));
    Job done =
        run(jobs, jobs.create(request(corpus(Stream.of("{\"id\": \"b\", \"text\": \"same\"}")))));
    assertThat(documents(jobs.board().manifest(done).getFirst()))
        .containsExactlyInAnyOrder("a", "b");
  }

  private List<String> documents(BlockKey key) {
    return cluster.store.describe(Set.of(key)).join().values().stream()
        .flatMap(block -> block.info().documents().stream())
        .flatMap(document -> document.document().stream())
        .toList();
  }

  private static boolean never() {
    return false;
  }

  private static Job run(WarmUps jobs, Job job) {
    return jobs.run(job.id(), WarmUpsTest::never).orElseThrow();
  }

  /** Keys of the passages that are stored. */
  private Set<BlockKey> stored() {
    Set<BlockKey> keys = new HashSet<>();
    cluster.store.scan(block -> {
      if (block.info().scope().equals("tenant:acme")) {
        synchronized (keys) {
          keys.add(block.key());
        }
      }
    });
    return keys;
  }

  private static JobRequest request(Path corpus) {
    return new JobRequest(
        CorpusSpec.of(corpus.toString()), "tenant:acme", PrefixMode.SINK, "tests");
  }

  private Path corpus(Stream<String> lines) throws IOException {
    return Files.write(Files.createTempFile(folder, "corpus", ".jsonl"), lines.toList());
  }

  private static Stream<String> lines(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i ->
            "{\"id\": \"doc-%d\", \"text\": \"Passage %d, %s\"}"
                .formatted(i, i, "and so on ".repeat(1 + i % 5)));
  }

  private static String text(String line) {
    int begin = line.indexOf("Passage");
    return line.substring(begin, line.length() - 2);
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  /** The encoder of a process that something happens to before its first answer. */
  private record Slow(AheadEncoder behind, Queue<Runnable> atFirst) implements AheadEncoder {
    @Override
    public CompletableFuture<EncodedBlock> encode(CacheableBlock block) {
      return behind.encode(block);
    }

    @Override
    public CompletableFuture<Outcome> encodeAhead(CacheableBlock block) {
      Optional.ofNullable(atFirst.poll()).ifPresent(Runnable::run);
      return behind.encodeAhead(block);
    }
  }

  /** The encoder of a process that is killed after some calls: nothing comes back from then on. */
  private record Dying(AheadEncoder behind, AtomicInteger calls, int last) implements AheadEncoder {
    @Override
    public CompletableFuture<EncodedBlock> encode(CacheableBlock block) {
      return behind.encode(block);
    }

    @Override
    public CompletableFuture<Outcome> encodeAhead(CacheableBlock block) {
      if (calls.incrementAndGet() > last) {
        return new CompletableFuture<>();
      }
      CompletableFuture<Outcome> answer = behind.encodeAhead(block);
      return calls.get() > last - 10 ? new CompletableFuture<>() : answer;
    }
  }
}
