package dev.kvasir.engine.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.golden.GoldenPrompts;
import dev.kvasir.engine.golden.GoldenPrompts.Logits;
import dev.kvasir.engine.golden.GoldenPrompts.Prompt;
import dev.kvasir.engine.testing.TestModel;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A repair on the default model against transformers with explicit masks, float32. */
class RealModelRepairsTest {
  private static final double LOGIT_BOUND = 5e-3;

  private static final GoldenPrompts GOLDEN = GoldenPrompts.repaired();

  @ParameterizedTest
  @ValueSource(strings = {"sink", "none"})
  void edge_defaultModel_equalsTransformers(String prefix) {
    TokenIds behind = prefix.equals("sink") ? TokenIds.of(GOLDEN.sinkIds()) : TokenIds.of();
    try (GgufFile file = GgufFile.open(TestModel.path());
        LlamaEngine engine =
            LlamaEngine.open(file, new EngineOptions(Backend.VECTOR, 2, ElementType.FLOAT32))) {
      assertThat(GOLDEN.prompts()).hasSize(3);
      for (Prompt prompt : GOLDEN.prompts()) {
        String setting = prefix + "+edge-4";
        Logits golden = Objects.requireNonNull(prompt.logits().get(setting), setting);
        double worst = golden.difference(edge(engine, prompt, behind), GOLDEN.sampledIds());
        System.out.printf(
            "%s, %s+edge-4: max |logit difference| %.1e%n", prompt.name(), prefix, worst);
        assertThat(worst).isLessThan(LOGIT_BOUND);
      }
    }
  }

  private static float[] edge(LlamaEngine engine, Prompt prompt, TokenIds behind) {
    List<TokenIds> passages = Arrays.stream(prompt.passageIds()).map(TokenIds::of).toList();
    try (RepairRig rig =
        new RepairRig(
            engine,
            TokenIds.of(prompt.headerIds()),
            passages,
            TokenIds.of(prompt.finalIds()),
            behind)) {
      return rig.logits(new Repair.Edge(4));
    }
  }
}
