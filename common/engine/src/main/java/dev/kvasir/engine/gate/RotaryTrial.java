package dev.kvasir.engine.gate;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kv.KvSegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * How unlikely a model finds a text under one rotation, under ordinary attention: read once, its
 * beginning first, and read again in part far away. Who reads a text again knows it, if the
 * rotation lets it find what followed before; one whose base is too small has turned away there
 * what was meant to stay. Owns its segment. Not thread-safe.
 */
final class RotaryTrial implements AutoCloseable {
  private static final int BEGINNING_TOKENS = 64;
  private static final int REPEATED_TOKENS = 112;
  private static final int FAR_TOKENS = 1_000;
  private static final double STANDARD_ERRORS = 3;

  private final LlamaEngine engine;
  private final TokenIds text;
  private final TokenIds repeated;
  private final KvSegment first;
  private final double[] beginning;
  private double @Nullable [] once;
  private double @Nullable [] far;

  /** Reads the text's beginning. Borrows the engine. */
  RotaryTrial(LlamaEngine engine, TokenIds text) {
    this.engine = engine;
    this.text = text;
    repeated = text.slice(0, Math.min(REPEATED_TOKENS, text.size()));
    first = engine.newSegment(text.size());
    try {
      beginning = read(text.slice(0, Math.min(BEGINNING_TOKENS, text.size())));
    } catch (RuntimeException | Error e) {
      first.close();
      throw e;
    }
  }

  private double[] read(TokenIds next) {
    return engine.surprisals(new Sequence(next, List.of(), first, 0, false));
  }

  /** Of each token of the beginning but the first, nats. */
  double[] beginning() {
    return beginning;
  }

  /** The same with what follows, but for the first token that follows. */
  double[] once() {
    if (once == null) {
      once =
          text.size() - first.tokens() < 2
              ? beginning
              : DoubleStream.concat(
                      Arrays.stream(beginning),
                      Arrays.stream(read(text.slice(first.tokens(), text.size()))))
                  .toArray();
    }
    return once;
  }

  /**
   * Of the tokens read first but the very first, a second time, as far behind as the context goes,
   * nats.
   */
  double[] far() {
    if (far == null) {
      once();
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
   * @param least gain that counts, and it must be three standard errors of the paired difference
   */
  static double clearGain(double[] declared, double[] other, double least) {
    double[] gains = new double[declared.length];
    Arrays.setAll(gains, i -> declared[i] - other[i]);
    double mean = Arrays.stream(gains).average().orElse(0);
    double variance =
        Arrays.stream(gains).map(gain -> (gain - mean) * (gain - mean)).average().orElse(0);
    double error = Math.sqrt(variance / gains.length);
    return mean > Math.max(least, STANDARD_ERRORS * error) ? mean : 0;
  }

  @Override
  public void close() {
    first.close();
  }
}
