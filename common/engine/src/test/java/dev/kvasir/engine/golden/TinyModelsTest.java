package dev.kvasir.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.block.ElementType;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.golden.TinyGolden.Prompt;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each architecture, with each thing that it alone has, against transformers in float32. */
final class TinyModelsTest {
  private static final Offset<Float> BOUND = within(1e-4f);

  @ParameterizedTest
  @CsvSource({"qwen2, SCALAR", "qwen2, VECTOR", "llama3, SCALAR", "llama3, VECTOR"})
  void gguf_equalsTransformers(String name, Backend backend) {
    try (GgufFile file = GgufFile.open(TinyGolden.path(name + ".gguf"));
        LlamaEngine engine = LlamaEngine.open(file, options(backend))) {
      for (Prompt prompt : TinyGolden.prompts(name)) {
        assertThat(TinyGolden.run(engine, prompt.ids()))
            .as("%d tokens", prompt.ids().length)
            .containsExactly(prompt.logits(), BOUND);
      }
    }
  }

  private static EngineOptions options(Backend backend) {
    return new EngineOptions(backend, 2, ElementType.FLOAT32);
  }
}
