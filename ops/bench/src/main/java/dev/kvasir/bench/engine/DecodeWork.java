package dev.kvasir.bench.engine;

import dev.kvasir.bench.Checks;
import dev.kvasir.bench.rival.LlamaDriver.Timed;
import dev.kvasir.bench.rival.LlamaSetting;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.sample.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Greedy steps of one token for each of some requests, behind prompts of 512 tokens. */
final class DecodeWork implements Measured {
  private static final int PROMPT = 512;
  private static final int CELLS = 768;

  private final Inputs inputs;
  private final Work work;
  private final int steps;
  private final List<TokenIds> prompts = new ArrayList<>();
  private final Rival rival;
  private final List<Double> seconds = new ArrayList<>();
  private List<Integer> expected = List.of();

  DecodeWork(Inputs inputs, Work work, int requests, int steps) {
    this.inputs = inputs;
    this.work = work;
    this.steps = steps;
    int[] ids = inputs.prompts().running(requests * PROMPT).toArray();
    for (int i = 0; i < requests; i++) {
      prompts.add(TokenIds.of(Arrays.copyOfRange(ids, i * PROMPT, (i + 1) * PROMPT)));
    }
    this.rival =
        new Rival(
            inputs.driver(),
            settings(inputs, requests),
            (llama, setting) -> llama.decode(setting, prompts, steps));
  }

  private static List<LlamaSetting> settings(Inputs inputs, int requests) {
    LlamaSetting plain = inputs.shipped(false, CELLS);
    LlamaSetting flash = inputs.shipped(true, CELLS);
    return requests == 1
        ? List.of(plain, flash)
        : List.of(
            plain.sequences(requests, CELLS, true),
            flash.sequences(requests, CELLS, true),
            plain.sequences(requests, CELLS, false),
            flash.sequences(requests, CELLS, false));
  }

  @Override
  public void prepare() {
    run();
    run();
    Optional<Timed> other = rival.choose();
    inputs.compareFirst(work.label(), expected.getFirst(), other);
  }

  @Override
  public void measure() {
    seconds.add(run());
    rival.measure();
  }

  /** Seconds of the steps; reading the prompts is not in them. */
  private double run() {
    List<KvSegment> segments = new ArrayList<>();
    try {
      for (int i = 0; i < prompts.size(); i++) {
        segments.add(inputs.engine().newSegment(PROMPT + steps));
      }
      List<Integer> tokens = new ArrayList<>(chosen(step(prompts, segments)));
      long begin = System.nanoTime();
      tokens.addAll(decode(List.copyOf(tokens), segments));
      double taken = (System.nanoTime() - begin) / 1e9;
      check(tokens);
      return taken;
    } finally {
      segments.forEach(KvSegment::close);
    }
  }

  /** The tokens of all steps, those of a step together. */
  private List<Integer> decode(List<Integer> first, List<KvSegment> segments) {
    List<Integer> tokens = new ArrayList<>();
    List<Integer> current = first;
    for (int step = 0; step < steps; step++) {
      current = chosen(step(current.stream().map(TokenIds::of).toList(), segments));
      tokens.addAll(current);
    }
    return tokens;
  }

  private List<float[]> step(List<TokenIds> tokens, List<KvSegment> segments) {
    List<Sequence> batch = new ArrayList<>();
    for (int i = 0; i < segments.size(); i++) {
      batch.add(new Sequence(tokens.get(i), List.of(), segments.get(i), 0, true));
    }
    return inputs.engine().forward(batch);
  }

  private static List<Integer> chosen(List<float[]> logits) {
    return logits.stream().map(each -> Sampler.greedy().next(each)).toList();
  }

  private void check(List<Integer> tokens) {
    if (expected.isEmpty()) {
      expected = List.copyOf(tokens);
    }
    Checks.require(
        expected.equals(tokens), work.label() + ": the tokens are not the ones of before");
  }

  @Override
  public List<Row> rows() {
    double tokens = (double) steps * prompts.size();
    return List.of(
        new Row(
            work.label(),
            "tokens/s",
            Spread.of(seconds.stream().map(taken -> tokens / taken).toList()),
            rival.spread(taken -> tokens / taken),
            rival.name(),
            Row.RatioOf.OWN_TO_RIVAL));
  }

  @Override
  public void close() {
    rival.close();
  }
}
