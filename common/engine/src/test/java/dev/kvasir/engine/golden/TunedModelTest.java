package dev.kvasir.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.golden.GoldenPrompts.Prompt;
import dev.kvasir.engine.model.AdaptedModel.Precision;
import dev.kvasir.engine.model.ModelFiles;
import dev.kvasir.engine.testing.TestModel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The default model with its default adapter, merged, against transformers and PEFT. */
final class TunedModelTest {
  private static final double LOGIT_BOUND = 5e-3;

  /** Published in ops/docs/finetuning.md. */
  private static final double FLOAT16_BOUND = 0.1;

  private static final GoldenPrompts GOLDEN = GoldenPrompts.tuned();
  private static final EngineOptions OPTIONS =
      new EngineOptions(Backend.VECTOR, 2, ElementType.FLOAT32);

  private static ModelFiles files;
  private static LlamaEngine engine;
  private static ModelFiles halfFiles;
  private static LlamaEngine half;

  @BeforeAll
  static void load() {
    Path adapter =
        Path.of(System.getProperty("kvasir.root"), "ops/finetune/adapters/smollm2-135m-block");
    files = ModelFiles.open(TestModel.path()).withAdapter(adapter, Precision.FLOAT32);
    engine = LlamaEngine.open(files, OPTIONS);
    halfFiles = ModelFiles.open(TestModel.path()).withAdapter(adapter, Precision.FLOAT16);
    half = LlamaEngine.open(halfFiles, OPTIONS);
  }

  @AfterAll
  static void close() {
    engine.close();
    files.close();
    half.close();
    halfFiles.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "none", "sink"})
  void prompts_withDefaultAdapter_equalPeft(String mode) {
    double worst = worst(engine, mode);
    System.out.printf("%s, default adapter: max |logit difference| %.1e%n", mode, worst);
    assertThat(worst).isLessThan(LOGIT_BOUND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "none", "sink"})
  void prompts_mergedInFloat16_withinPublishedBound(String mode) {
    double worst = worst(half, mode);
    System.out.printf("%s, merged in float16: max |logit difference| %.1e%n", mode, worst);
    assertThat(worst).isLessThan(FLOAT16_BOUND);
  }

  private static double worst(LlamaEngine engine, String mode) {
    assertThat(GOLDEN.prompts()).hasSize(3);
    double worst = 0;
    try (GoldenRun run = new GoldenRun(engine)) {
      for (Prompt prompt : GOLDEN.prompts()) {
        float[] logits = logits(run, mode, prompt);
        worst = Math.max(worst, prompt.logits().get(mode).difference(logits, GOLDEN.sampledIds()));
      }
    }
    return worst;
  }

  @Test
  void fingerprint_withDefaultAdapter_isNotTheStockModels() {
    try (ModelFiles stock = ModelFiles.open(TestModel.path());
        LlamaEngine plain = LlamaEngine.open(stock, OPTIONS)) {
      assertThat(engine.model().fingerprint()).isNotEqualTo(plain.model().fingerprint());
    }
  }

  private static float[] logits(GoldenRun run, String mode, Prompt prompt) {
    return switch (mode) {
      case "full" -> run.full(prompt);
      case "none" -> run.block(prompt, TokenIds.of());
      default -> run.block(prompt, TokenIds.of(GOLDEN.sinkIds()));
    };
  }
}
