package dev.kvasir.bench;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import java.util.ArrayList;
import java.util.List;

/** Speed of the plain forward pass over one sequence. */
record Prefill(Engine engine, TokenIds tokens) {

  /** Median tokens per second. */
  double tokensPerSecond(int repeats) {
    seconds();
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      rates.add(tokens.size() / seconds());
    }
    return TtftRow.median(rates.stream().sorted().toList());
  }

  private double seconds() {
    try (KvSegment own = engine.newSegment(tokens.size())) {
      long begin = System.nanoTime();
      List<float[]> logits = engine.forward(List.of(new Sequence(tokens, List.of(), own, 0, true)));
      double seconds = (System.nanoTime() - begin) / 1e9;
      Checks.finite("prefill", logits.getFirst());
      return seconds;
    }
  }
}
