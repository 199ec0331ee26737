package dev.kvasir.bench.warmup;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.Checks;
import dev.kvasir.bench.PassageFile;
import dev.kvasir.bench.PassageFile.Question;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.Scope;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.store.StoreStats;
import dev.kvasir.warmup.WarmUps;
import dev.kvasir.warmup.corpus.CorpusSpec;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.JobRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Warms an empty cache with the passages of questions and asks the questions: without the warm-up,
 * after it, and with a cache of a quarter of the bytes. Blocks are encoded once, in the warm-up
 * that is measured, and taken from files afterwards.
 */
public final class WarmUpBench {
  private static final String TENANT = "default";
  private static final int SHARE = 4;
  private static final long SEED = 20_261_126;

  private final Path questionsFile;
  private final List<Question> questions;
  private final WarmUpNodeStart nodes;
  private final Consumer<String> said;

  /**
   * A benchmark.
   *
   * @param questionsFile gzipped lines of questions with their passages
   * @param limit how many of the questions
   * @param said is told what happens
   */
  public WarmUpBench(Path questionsFile, int limit, WarmUpNodeStart nodes, Consumer<String> said)
      throws IOException {
    this.questionsFile = questionsFile;
    questions = PassageFile.asWritten(questionsFile, limit);
    this.nodes = nodes;
    this.said = said;
  }

  /**
   * Measures.
   *
   * @param folder an empty one for blocks; what is left there is the caller's to delete
   */
  public WarmUpReport run(Path folder) {
    SpilledBlocks spilled = new SpilledBlocks(folder);
    List<Replay> replays = new ArrayList<>();
    Job job;
    StoreStats filled;
    try (WarmUpNodeStart.Running node = nodes.start(OptionalLong.empty())) {
      said.accept("warming up with the passages of %d questions ...".formatted(questions.size()));
      job = warm(node, node.encoder());
      filled = node.store().stats();
      said.accept("asking the questions of the warmed cache ...");
      Replay warmed = replay("warmed", node, node.encoder(), ordered(node));
      Checks.require(warmed.hits() == warmed.lookups(), "the warmed cache missed: " + warmed);
      replays.add(warmed);
      List<BlockKey> manifest = node.warmUps(node.encoder()).board().manifest(job);
      spilled.keep(node.store(), manifest);
    }
    try (WarmUpNodeStart.Running node = nodes.start(OptionalLong.empty())) {
      said.accept("asking them of an empty cache ...");
      replays.addFirst(replay("cold", node, spilled.into(node.store()), ordered(node)));
    }
    long quarter = filled.bytes() / SHARE;
    for (boolean shuffled : new boolean[] {false, true}) {
      try (WarmUpNodeStart.Running node = nodes.start(OptionalLong.of(quarter))) {
        said.accept("asking them of a warmed cache of a quarter of the bytes ...");
        AheadEncoder encoder = spilled.into(node.store());
        warm(node, encoder);
        List<List<CacheableBlock>> asked = ordered(node);
        if (shuffled) {
          Collections.shuffle(asked, new Random(SEED));
        }
        String name = "a quarter of the bytes, " + (shuffled ? "in random order" : "in order");
        replays.add(replay(name, node, encoder, asked));
      }
    }
    return new WarmUpReport(questions.size(), job, filled, replays);
  }

  private Job warm(WarmUpNodeStart.Running node, AheadEncoder encoder) {
    WarmUps warmUps = node.warmUps(encoder);
    int passages = questions.stream().mapToInt(question -> question.passages().size()).sum();
    JobRequest request =
        new JobRequest(
            new CorpusSpec(questionsFile.toString(), null, CorpusSpec.USUAL_TOKENS, null, passages),
            new Scope.Tenant(TENANT).text(),
            PrefixMode.SINK,
            "bench");
    Job job = warmUps.create(request);
    Job done = warmUps.run(job.id(), () -> false).orElse(job);
    if (done.progress().total().done() != job.plan().blocks()
        || done.progress().total().failed() > 0) {
      throw new BenchException("the warm-up did not do all of its blocks: " + done.progress());
    }
    return done;
  }

  private List<List<CacheableBlock>> ordered(WarmUpNodeStart.Running node) {
    Function<Passage, CacheableBlock> blocks =
        node.layout().blocks(new Scope.Tenant(TENANT), PrefixMode.SINK);
    List<List<CacheableBlock>> all = new ArrayList<>();
    questions.forEach(question -> all.add(question.passages().stream().map(blocks).toList()));
    return all;
  }

  private static Replay replay(
      String name,
      WarmUpNodeStart.Running node,
      AheadEncoder encoder,
      List<List<CacheableBlock>> questions) {
    return Replay.run(name, questions, node.store(), encoder, node.used());
  }
}
