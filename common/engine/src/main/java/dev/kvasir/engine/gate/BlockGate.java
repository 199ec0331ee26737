package dev.kvasir.engine.gate;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.gate.RotaryGuesses.Guess;
import dev.kvasir.engine.kv.CpuSegment;
import dev.kvasir.engine.kv.KvSegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Checks once, when a model is loaded, that its blocks can be moved. Three things: keys of layer 0
 * are turned as declared; what a question computes behind a block that was encoded alone and put at
 * several places is, layer by layer, what it computes where block and question are read as one
 * text; and no other rotation explains plain text clearly better than the declared one, as it does
 * where a base is wrong, columns are paired otherwise or only a part of each head was trained to
 * turn.
 */
public final class BlockGate {
  /**
   * Largest relative difference of keys or values of a layer, in float16; measured are 2e-3.
   * Published in ops/docs/correctness.md.
   */
  public static final double BOUND = 2e-2;

  private static final List<Integer> STARTS = List.of(0, 1, 37, 511, 1_900);
  private static final double ONCE_BETTER = 0.03;
  private static final double AGAIN_BETTER = 0.1;
  private static final int QUESTION_TOKENS = 12;

  /** Of the log of the vocabulary: who needs more for a token has not learnt to read. */
  private static final double READS = 0.75;

  private static final String TEXT =
      "The lighthouse on the western cape was built of granite in the summer of 1871, after three"
          + " ships had been lost on the rocks in a single winter. Its keeper lived on the island"
          + " with his wife and two children, and every evening he climbed the stairs to light the"
          + " lamp. When the harbour was enlarged, the government decided that a second tower should"
          + " stand at the end of the new pier, so that captains could steer between the two lights."
          + " The keeper's elder daughter wrote down in a notebook which ships came in, what they"
          + " carried and where they were bound. In the autumn of 1902 she counted forty sailing"
          + " ships and eleven steamers; ten years later there were hardly any sails left. Her"
          + " notebook is kept in the museum of the town, next to the old lamp, and anyone may read"
          + " it. The museum opens at ten o'clock and closes at five, and on Mondays it is closed."
          + " Visitors who climb to the top of the old tower see the harbour, the new pier and, on a"
          + " clear day, the mountains on the other side of the bay.";

  private final LlamaEngine engine;
  private final TokenIds text;

  private BlockGate(LlamaEngine engine, TokenIds text) {
    this.engine = engine;
    this.text = text;
  }

  /**
   * Checks a model with blocks as they are computed, not as they are stored.
   *
   * @param encode the model's tokenizer
   */
  public static Verdict check(LlamaEngine engine, Function<String, TokenIds> encode) {
    BlockGate gate = of(engine, encode);
    double moved = Math.max(gate.turned(), gate.moved(engine));
    if (!(moved <= BOUND)) {
      return Verdict.refused(
          "blocks are refused for this model: what is computed behind a moved block differs by %.1e of its size, more than %.0e"
              .formatted(moved, BOUND),
          moved);
    }
    return gate.betterGuess()
        .map(guess ->
            Verdict.refused(
                "blocks are refused for this model: it reads plain text better with %s than as declared, so check its RoPE settings"
                    .formatted(guess.name()),
                moved))
        .orElseGet(() -> Verdict.passed(moved));
  }

  static BlockGate of(LlamaEngine engine, Function<String, TokenIds> encode) {
    TokenIds text = encode.apply(TEXT);
    int most = Math.min(engine.model().contextTokens() / 2, text.size());
    return new BlockGate(engine, text.slice(0, most));
  }

  /** How far keys of layer 0 are from those of their tokens alone, turned as declared. */
  private double turned() {
    double worst = 0;
    TokenIds few = text.slice(0, QUESTION_TOKENS);
    try (KvSegment together = encoded(engine, few, List.of(), 0)) {
      for (int i = 0; i < few.size(); i++) {
        try (KvSegment alone = encoded(engine, few.slice(i, i + 1), List.of(), 0)) {
          worst = Math.max(worst, difference(keys(alone, 0, 0, 0), keys(together, 0, i, i)));
        }
      }
    }
    return worst;
  }

  /** The worst layer at the worst start; package-visible for engines that are broken on purpose. */
  double moved(Engine blocks) {
    TokenIds block = text.slice(0, text.size() - QUESTION_TOKENS);
    TokenIds question = text.slice(block.size(), text.size());
    double worst = 0;
    try (KvSegment cold = encoded(engine, text, List.of(), 0);
        KvSegment cached = encoded(blocks, block, List.of(), 0)) {
      for (int start : STARTS) {
        if (start + text.size() <= engine.model().contextTokens()) {
          Placed placed = new Placed(cached, start);
          try (KvSegment own = encoded(blocks, question, List.of(placed), start + block.size())) {
            worst = Math.max(worst, difference(cold, own, block.size()));
          }
        }
      }
    }
    return worst;
  }

  private static KvSegment encoded(Engine engine, TokenIds tokens, List<Placed> behind, int start) {
    KvSegment own = engine.newSegment(tokens.size());
    try {
      engine.forward(List.of(new Sequence(tokens, behind, own, start, false)));
      return own;
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
  }

  /** The worst layer's difference of the rows of {@code cold} behind {@code from}. */
  private double difference(KvSegment cold, KvSegment own, int from) {
    double worst = 0;
    for (int layer = 0; layer < engine.model().geometry().layers(); layer++) {
      double[] coldKeys = new double[0];
      double[] ownKeys = new double[0];
      double[] coldValues = new double[0];
      double[] ownValues = new double[0];
      for (int i = 0; i < own.tokens(); i++) {
        coldKeys = joined(coldKeys, keys(cold, layer, from + i, from + i));
        ownKeys = joined(ownKeys, keys(own, layer, i, i));
        coldValues = joined(coldValues, values(cold, layer, from + i));
        ownValues = joined(ownValues, values(own, layer, i));
      }
      worst = Math.max(worst, difference(coldKeys, ownKeys));
      worst = Math.max(worst, difference(coldValues, ownValues));
    }
    return worst;
  }

  private static double[] joined(double[] some, double[] more) {
    double[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  /** A token's keys, turned back by so many positions as declared; in double. */
  private double[] keys(KvSegment segment, int layer, int token, int positions) {
    double[] frequencies = engine.rotary().frequencies();
    int half = frequencies.length;
    double[] all = new double[0];
    for (float[] head : heads(segment, layer, token, true)) {
      double[] raw = new double[2 * half];
      for (int i = 0; i < half; i++) {
        double angle = -positions * frequencies[i];
        raw[i] = head[i] * Math.cos(angle) - head[half + i] * Math.sin(angle);
        raw[half + i] = head[half + i] * Math.cos(angle) + head[i] * Math.sin(angle);
      }
      all = joined(all, raw);
    }
    return all;
  }

  private double[] values(KvSegment segment, int layer, int token) {
    double[] all = new double[0];
    for (float[] head : heads(segment, layer, token, false)) {
      double[] wide = new double[head.length];
      Arrays.setAll(wide, i -> head[i]);
      all = joined(all, wide);
    }
    return all;
  }

  private static List<float[]> heads(KvSegment segment, int layer, int token, boolean keys) {
    CpuSegment rows = (CpuSegment) segment;
    List<float[]> heads = new ArrayList<>();
    for (int head = 0; head < rows.geometry().kvHeads(); head++) {
      float[] row = new float[rows.geometry().headDim()];
      long at = rows.row(layer, head, token);
      if (keys) {
        rows.readKeys(at, 1, row);
      } else {
        rows.readValues(at, 1, row);
      }
      heads.add(row);
    }
    return heads;
  }

  private static double difference(double[] expected, double[] actual) {
    double squares = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      squares += (expected[i] - actual[i]) * (expected[i] - actual[i]);
      size += expected[i] * expected[i];
    }
    return Math.sqrt(squares / Math.max(size, Double.MIN_NORMAL));
  }

  private record Found(Guess guess, double gain) {}

  /** The guess that gains most, if one does clearly. */
  private Optional<Guess> betterGuess() {
    try (RotaryTrial declared = new RotaryTrial(engine, text)) {
      return RotaryGuesses.of(engine.rotary()).stream()
          .map(guess -> new Found(guess, clearGain(guess, declared)))
          .filter(found -> found.gain() > 0)
          .max(Comparator.comparingDouble(Found::gain))
          .map(Found::guess);
    }
  }

  /**
   * Nats a token, or 0 where it is not clear. What reads the text's beginning clearly worse is not
   * what the model was trained with, so the rest is not read with it.
   */
  private double clearGain(Guess guess, RotaryTrial declared) {
    try (LlamaEngine other = engine.turning(guess.rotary(), 2);
        RotaryTrial trial = new RotaryTrial(other, text)) {
      if (RotaryTrial.clearGain(trial.beginning(), declared.beginning(), ONCE_BETTER) > 0) {
        return 0;
      }
      double needed = Arrays.stream(trial.once()).average().orElse(0);
      if (needed >= READS * Math.log(engine.model().vocabulary())) {
        return 0;
      }
      double once = RotaryTrial.clearGain(declared.once(), trial.once(), ONCE_BETTER);
      return guess.isBase()
          ? Math.max(once, RotaryTrial.clearGain(declared.far(), trial.far(), AGAIN_BETTER))
          : once;
    }
  }
}
