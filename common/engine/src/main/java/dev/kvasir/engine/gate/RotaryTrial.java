package dev.kvasir.engine.gate;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kv.KvSegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How unlikely a model finds a text under one rotation, under ordinary attention: read once, and
 * its beginning read again far away. Who reads a text again knows it, if the rotation lets it find
 * what followed before; one whose base is too small has turned away there what was meant to stay.
 * Owns its segment. Not thread-safe.
 */
final class RotaryTrial implements AutoCloseable {
  private static final int REPEATED_TOKENS = 112;
  private static final int FAR_TOKENS = 1_000;

  private final LlamaEngine engine;
  private final TokenIds repeated;
  private final KvSegment first;
  private final double[] once;
  private double @Nullable [] far;

  /** Reads the text once. Borrows the engine. */
  RotaryTrial(LlamaEngine engine, TokenIds text) {
    this.engine = engine;
    repeated = text.slice(0, Math.min(REPEATED_TOKENS, text.size()));
    first = engine.newSegment(text.size());
    try {
      once = engine.surprisals(new Sequence(text, List.of(), first, 0, false));
    } catch (RuntimeException | Error e) {
      first.close();
      throw e;
    }
  }

  /** Of each token but the first, nats. */
  double[] once() {
    return once;
  }

  /**
   * Of the beginning but its first token, a second time, as far behind as the context goes, nats.
   */
  double[] far() {
    if (far == null) {
      far = again(Math.min(FAR_TOKENS, engine.model().contextTokens() - repeated.size()));
    }
    return far;
  }

  private double[] again(int start) {
    try (KvSegment own = engine.newSegment(repeated.size())) {
      List<Placed> before = List.of(new Placed(first, 0, repeated.size()));
      return engine.surprisals(new Sequence(repeated, before, own, start, false));
    }
  }

  /**
   * How much likelier the second finds the tokens, nats each; 0 where that is not clear.
   *
   * @param least gain that counts
   * @param standardErrors of the paired difference that it must be
   */
  static double clearGain(double[] declared, double[] other, double least, double standardErrors) {
    double[] gains = new double[declared.length];
    Arrays.setAll(gains, i -> declared[i] - other[i]);
    double mean = Arrays.stream(gains).average().orElse(0);
    double variance =
        Arrays.stream(gains).map(gain -> (gain - mean) * (gain - mean)).average().orElse(0);
    double error = Math.sqrt(variance / gains.length);
    return mean > Math.max(least, standardErrors * error) ? mean : 0;
  }

  @Override
  public void close() {
    first.close();
  }
}
