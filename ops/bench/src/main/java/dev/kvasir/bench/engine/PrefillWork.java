package dev.kvasir.bench.engine;

import dev.kvasir.bench.Checks;
import dev.kvasir.bench.rival.LlamaSetting;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.sample.Sampler;
import java.util.ArrayList;
import java.util.List;

/** One sequence from nothing to the logits of its last token, full causal attention. */
final class PrefillWork implements Measured {
  private static final int USUAL_BATCH = 512;

  private final Inputs inputs;
  private final Work work;
  private final TokenIds tokens;
  private final Rival rival;
  private final List<Double> seconds = new ArrayList<>();
  private float[] expected = {};

  PrefillWork(Inputs inputs, Work work, int size) {
    this.inputs = inputs;
    this.work = work;
    this.tokens = inputs.prompts().running(size);
    this.rival =
        new Rival(
            inputs.driver(),
            settings(inputs, size),
            (llama, setting) -> llama.prefill(setting, List.of(tokens)));
  }

  private static List<LlamaSetting> settings(Inputs inputs, int size) {
    LlamaSetting usual = inputs.half(true, size);
    return size > USUAL_BATCH ? List.of(usual, usual.batches(size, size)) : List.of(usual);
  }

  @Override
  public void prepare() {
    run();
    run();
    inputs.compareFirst(work.label(), Sampler.greedy().next(expected), rival.choose());
  }

  @Override
  public void measure() {
    seconds.add(run());
    rival.measure();
  }

  private double run() {
    try (KvSegment own = inputs.engine().newSegment(tokens.size())) {
      long begin = System.nanoTime();
      float[] logits =
          inputs
              .engine()
              .forward(List.of(new Sequence(tokens, List.of(), own, 0, true)))
              .getFirst();
      double taken = (System.nanoTime() - begin) / 1e9;
      Checks.finite(work.label(), logits);
      if (expected.length == 0) {
        expected = logits;
      }
      Checks.sameLogits(work.label(), expected, logits);
      return taken;
    }
  }

  @Override
  public List<Row> rows() {
    int size = tokens.size();
    return List.of(
        new Row(
            work.label(),
            "tokens/s",
            Spread.of(seconds.stream().map(taken -> size / taken).toList()),
            rival.spread(taken -> size / taken),
            rival.name(),
            Row.RatioOf.OWN_TO_RIVAL));
  }

  @Override
  public void close() {
    rival.close();
  }
}
