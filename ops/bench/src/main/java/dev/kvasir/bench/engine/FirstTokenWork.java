package dev.kvasir.bench.engine;

import dev.kvasir.bench.Checks;
import dev.kvasir.bench.rival.LlamaSetting;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.sample.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * From the ids of a final block to the first token, with all blocks before it in memory; against
 * llama.cpp with the exact prefix in its cache, and with nothing.
 */
final class FirstTokenWork implements Measured {
  private static final int ROOM = 64;
  private static final int CELLS = 256;

  private final Work work;
  private final CachedPrompt cached;
  private final Rival hit;
  private final Rival full;
  private final List<Double> seconds = new ArrayList<>();
  private float[] expected = {};

  FirstTokenWork(Inputs inputs, Work work, int context) {
    this.work = work;
    SegmentedPrompt prompt = inputs.prompts().withContext(context).segmented(inputs.layout());
    this.cached = cached(inputs, prompt);
    TokenIds all = prompt.allTokens();
    TokenIds prefix = TokenIds.of(Arrays.copyOf(all.toArray(), prompt.finalStart()));
    int cells = (all.size() + ROOM + CELLS - 1) / CELLS * CELLS;
    LlamaSetting setting = inputs.half(false, cells);
    this.hit =
        new Rival(
            inputs.driver(),
            List.of(setting),
            (llama, chosen) -> llama.hit(chosen, prefix, prompt.finalBlock()));
    this.full =
        new Rival(
            inputs.driver(),
            List.of(inputs.half(true, cells)),
            (llama, chosen) -> llama.prefill(chosen, List.of(all)));
  }

  static CachedPrompt cached(Inputs inputs, SegmentedPrompt prompt) {
    List<TokenIds> blocks = prompt.blocks().stream().map(CacheableBlock::tokens).toList();
    return new CachedPrompt(inputs.engine(), blocks, prompt.finalBlock());
  }

  @Override
  public void prepare() {
    for (int i = 0; i < 3; i++) {
      run();
    }
    hit.choose();
    full.choose();
  }

  @Override
  public void measure() {
    seconds.add(run());
    hit.measure();
    full.measure();
  }

  private double run() {
    long begin = System.nanoTime();
    float[] logits = cached.answer();
    int token = Sampler.greedy().next(logits);
    double taken = (System.nanoTime() - begin) / 1e9;
    Checks.finite(work.label(), logits);
    if (expected.length == 0) {
      expected = logits;
    }
    Checks.sameLogits(work.label(), expected, logits);
    Checks.require(
        token == Sampler.greedy().next(expected), work.label() + ": the token is another");
    return taken;
  }

  @Override
  public List<Row> rows() {
    return List.of(
        row(work.label(), hit, ", prefix hit"),
        row(work.label() + "-full", full, ", from nothing"));
  }

  private Row row(String name, Rival rival, String how) {
    return new Row(
        name,
        "ms",
        Spread.of(seconds.stream().map(taken -> taken * 1e3).toList()),
        rival.spread(taken -> taken * 1e3),
        rival.name(how),
        Row.RatioOf.RIVAL_TO_OWN);
  }

  @Override
  public void close() {
    cached.close();
    hit.close();
    full.close();
  }
}
