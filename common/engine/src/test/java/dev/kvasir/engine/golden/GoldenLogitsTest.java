package dev.kvasir.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.golden.GoldenPrompts.Eiffel;
import dev.kvasir.engine.golden.GoldenPrompts.Logits;
import dev.kvasir.engine.golden.GoldenPrompts.Prompt;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.testing.TestModel;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine against transformers, float32, on the real model. */
final class GoldenLogitsTest {
  private static final double EIFFEL_BOUND = 2e-3;
  private static final double LOGIT_BOUND = 5e-3;

  /** Published in ops/docs/correctness.md: what float16 keys and values cost. */
  private static final double FLOAT16_BOUND = 0.1;

  private static final int FLOAT16_PROMPTS = 4;

  private static final GoldenPrompts GOLDEN = GoldenPrompts.load();
  private static GgufFile file;
  private static LlamaEngine single;
  private static LlamaEngine half;

  @BeforeAll
  static void load() {
    file = GgufFile.open(TestModel.path());
    single = LlamaEngine.open(file, new EngineOptions(Backend.VECTOR, 2, ElementType.FLOAT32));
    half = LlamaEngine.open(file, new EngineOptions(Backend.VECTOR, 2, ElementType.FLOAT16));
  }

  @AfterAll
  static void close() {
    single.close();
    half.close();
    file.close();
  }

  @AfterEach
  void allSegmentsAreFreed() {
    assertThat(single.segmentBytes()).isZero();
    assertThat(half.segmentBytes()).isZero();
  }

  @Test
  void eiffel_float32_topFiveWithinBound() {
    Eiffel eiffel = GoldenPrompts.eiffel();
    float[] logits = run(single, eiffel.ids());
    assertThat(topFive(logits)).containsExactly(eiffel.topIds());
    for (int i = 0; i < eiffel.topIds().length; i++) {
      assertThat((double) logits[eiffel.topIds()[i]])
          .isCloseTo(eiffel.topValues()[i], within(EIFFEL_BOUND));
    }
  }

  @Test
  void eiffel_float16_sameTopFive() {
    Eiffel eiffel = GoldenPrompts.eiffel();
    assertThat(topFive(run(half, eiffel.ids()))).containsExactly(eiffel.topIds());
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "none", "sink", "system"})
  void prompts_float32_equalTransformers(String mode) {
    assertThat(GOLDEN.prompts()).hasSizeGreaterThanOrEqualTo(20);
    double worst = worst(single, mode, GOLDEN.prompts());
    System.out.printf("%s, f32 weights, f32 KV: max |logit difference| %.1e%n", mode, worst);
    assertThat(worst).isLessThan(LOGIT_BOUND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "none", "sink", "system"})
  void prompts_float16_withinPublishedBound(String mode) {
    double worst = worst(half, mode, GOLDEN.prompts().subList(0, FLOAT16_PROMPTS));
    System.out.printf("%s, f32 weights, f16 KV: max |logit difference| %.1e%n", mode, worst);
    assertThat(worst).isLessThan(FLOAT16_BOUND);
  }

  private static double worst(LlamaEngine engine, String mode, List<Prompt> prompts) {
    double worst = 0;
    try (GoldenRun run = new GoldenRun(engine)) {
      for (Prompt prompt : prompts) {
        if (mode.equals("system") && prompt.hasDefaultHeader(GOLDEN)) {
          continue; // the same blocks as in sink mode
        }
        float[] logits =
            switch (mode) {
              case "full" -> run.full(prompt);
              case "none" -> run.block(prompt, TokenIds.of());
              case "sink" -> run.block(prompt, TokenIds.of(GOLDEN.sinkIds()));
              case "system" -> run.block(prompt, TokenIds.of(prompt.headerIds()));
              default -> throw new IllegalArgumentException(mode);
            };
        Logits expected = prompt.logits().get(mode);
        worst = Math.max(worst, expected.difference(logits, GOLDEN.sampledIds()));
        worst = Math.max(worst, Math.abs(logSumExp(logits) - expected.logSumExp()));
        assertThat(l2Norm(logits)).isCloseTo(expected.l2Norm(), within(1e-2 * l2Norm(logits)));
      }
    }
    return worst;
  }

  private static float[] run(LlamaEngine engine, int[] ids) {
    try (KvSegment own = engine.newSegment(ids.length)) {
      Sequence sequence = new Sequence(TokenIds.of(ids), List.of(), own, 0, true);
      return engine.forward(List.of(sequence)).getFirst();
    }
  }

  private static int[] topFive(float[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted((a, b) -> Float.compare(logits[b], logits[a]))
        .limit(5)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double logSumExp(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return max + Math.log(sum);
  }

  private static double l2Norm(float[] logits) {
    double squares = 0;
    for (float logit : logits) {
      squares += (double) logit * logit;
    }
    return Math.sqrt(squares);
  }
}
