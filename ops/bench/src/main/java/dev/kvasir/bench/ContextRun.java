package dev.kvasir.bench;

import dev.kvasir.block.BlockKey;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.decode.Sampling;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One context length: its prompt, its times, its checks. Used by one thread. */
final class ContextRun {
  private static final int ANSWER_TOKENS = 8;

  private final BenchTarget target;
  private final int contextTokens;
  private final PromptMaker.Text text;
  private final List<TtftMode> modes;
  private final List<Sample> samples = new ArrayList<>();

  private record Sample(TtftMode mode, Asked.Outcome outcome) {
    double millis() {
      return outcome.timeToFirstToken().toNanos() / 1e6;
    }
  }

  ContextRun(BenchTarget target, int contextTokens, PromptMaker.Text text, List<TtftMode> modes) {
    this.target = target;
    this.contextTokens = contextTokens;
    this.text = text;
    this.modes = modes;
  }

  /**
   * First logits: finite, and bit for bit the same for all block modes. Afterwards the grid and
   * local memory have all blocks.
   */
  void checkLogits() {
    SegmentedPrompt prompt = text.segmented(target.layout());
    if (modes.contains(TtftMode.FULL)) {
      Checks.finite(name(TtftMode.FULL), firstLogits(prompt, TtftMode.FULL));
    }
    float[] encoded = firstLogits(prompt, TtftMode.ENCODED);
    Checks.finite(name(TtftMode.ENCODED), encoded);
    target.caches().awaitStored(prompt.blocks().stream().map(CacheableBlock::key).toList());
    for (TtftMode mode : List.of(TtftMode.GRID, TtftMode.LOCAL)) {
      Checks.sameLogits(name(mode), encoded, firstLogits(prompt, mode));
    }
  }

  private float[] firstLogits(SegmentedPrompt prompt, TtftMode mode) {
    prepare(mode);
    return target.generator().firstLogits(prompt, mode.attention());
  }

  /** Every mode once; what it took does not count. */
  void warmUp() {
    measure();
    samples.clear();
  }

  /** Every mode once. */
  void measure() {
    for (TtftMode mode : modes) {
      prepare(mode);
      Sample sample = new Sample(mode, ask(mode));
      check(sample);
      samples.add(sample);
      if (mode == TtftMode.ENCODED) {
        // an encoder stores behind the answer, and the next mode wants its blocks in the grid
        target.caches().awaitStored(keys(sample));
      }
    }
  }

  private void prepare(TtftMode mode) {
    switch (mode) {
      case ENCODED -> target.caches().empty();
      case GRID -> target.caches().local().clear();
      case FULL, LOCAL -> {}
    }
  }

  private Asked.Outcome ask(TtftMode mode) {
    long begin = System.nanoTime();
    SegmentedPrompt prompt = text.segmented(target.layout());
    Duration laidOut = Duration.ofNanos(System.nanoTime() - begin);
    Asked asked = new Asked();
    var _ =
        target
            .generator()
            .generate(
                new GenerationRequest(prompt, mode.attention(), Sampling.greedy(ANSWER_TOKENS)),
                asked);
    return asked.outcome(laidOut);
  }

  private void check(Sample sample) {
    TtftMode mode = sample.mode();
    long foreign =
        sample.outcome().report().blocks().stream()
            .filter(block -> block.source() != source(mode))
            .count();
    Checks.require(
        foreign == 0, "%s: %d blocks came from elsewhere".formatted(name(mode), foreign));
    boolean same =
        samples.stream()
            .filter(earlier -> earlier.mode().attention() == mode.attention())
            .allMatch(earlier -> earlier.outcome().text().equals(sample.outcome().text()));
    Checks.require(same, name(mode) + ": the answer is not the one of before");
  }

  private static Source source(TtftMode mode) {
    return switch (mode) {
      case FULL -> Source.FULL;
      case ENCODED -> Source.ENCODED;
      case GRID -> Source.GRID;
      case LOCAL -> Source.LOCAL;
    };
  }

  private static List<BlockKey> keys(Sample sample) {
    return sample.outcome().report().blocks().stream().map(BlockReport::key).toList();
  }

  private String name(TtftMode mode) {
    return "%s at %d tokens".formatted(mode.label(), contextTokens);
  }

  /** A row for each mode. */
  List<TtftRow> rows() {
    return modes.stream().map(mode -> TtftRow.of(contextTokens, mode, millis(mode))).toList();
  }

  private List<Double> millis(TtftMode mode) {
    return samples.stream().filter(sample -> sample.mode() == mode).map(Sample::millis).toList();
  }
}
