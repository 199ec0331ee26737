package dev.kvasir.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.block.ElementType;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.golden.TinyGolden.Prompt;
import dev.kvasir.engine.model.AdaptedModel.Precision;
import dev.kvasir.engine.model.ModelFiles;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each architecture, with each thing that it alone has, against transformers in float32. */
final class TinyModelsTest {
  private static final Offset<Float> BOUND = within(1e-4f);

  @ParameterizedTest
  @CsvSource({
    "qwen2.gguf, qwen2, SCALAR",
    "qwen2.gguf, qwen2, VECTOR",
    "llama3.gguf, llama3, SCALAR",
    "llama3.gguf, llama3, VECTOR",
    "qwen2, qwen2, SCALAR",
    "qwen2, qwen2, VECTOR",
    "llama3, llama3, SCALAR",
    "llama3, llama3, VECTOR",
    "llama3-v4, llama3, VECTOR"
  })
  void logits_ofFileOrFolder_equalTransformers(String model, String golden, Backend backend) {
    try (ModelFiles files = ModelFiles.open(TinyGolden.path(model));
        LlamaEngine engine = LlamaEngine.open(files, options(backend))) {
      for (Prompt prompt : TinyGolden.prompts(golden)) {
        assertThat(TinyGolden.run(engine, prompt.ids()))
            .as("%d tokens", prompt.ids().length)
            .containsExactly(prompt.logits(), BOUND);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "qwen2.gguf, qwen2/adapter, qwen2, SCALAR",
    "qwen2.gguf, qwen2/adapter, qwen2, VECTOR",
    "llama3.gguf, llama3/adapter, llama3, SCALAR",
    "llama3.gguf, llama3/adapter, llama3, VECTOR",
    "qwen2, qwen2/adapter, qwen2, SCALAR",
    "qwen2, qwen2/adapter, qwen2, VECTOR",
    "llama3, llama3/adapter, llama3, SCALAR",
    "llama3, llama3/adapter, llama3, VECTOR",
    "qwen2, qwen2/patterned, qwen2-patterned, SCALAR",
    "qwen2.gguf, qwen2/patterned, qwen2-patterned, VECTOR"
  })
  void logits_withAdapter_equalPeft(String model, String adapter, String golden, Backend backend) {
    try (ModelFiles files =
            ModelFiles.open(TinyGolden.path(model))
                .withAdapter(TinyGolden.path(adapter), Precision.FLOAT32);
        LlamaEngine engine = LlamaEngine.open(files, options(backend))) {
      for (Prompt prompt : TinyGolden.prompts(golden)) {
        assertThat(TinyGolden.run(engine, prompt.ids()))
            .as("%d tokens", prompt.ids().length)
            .containsExactly(prompt.adaptedLogits(), BOUND);
      }
    }
  }

  @Test
  void fingerprint_otherFilesOrAdapter_isAnother() {
    Set<String> fingerprints = new HashSet<>();
    List<String> models = List.of("qwen2", "qwen2.gguf", "llama3", "llama3-v4", "llama3.gguf");
    for (String model : models) {
      fingerprints.add(fingerprint(ModelFiles.open(TinyGolden.path(model))));
    }
    for (String adapter : List.of("qwen2/adapter", "qwen2/patterned")) {
      for (Precision precision : Precision.values()) {
        ModelFiles base = ModelFiles.open(TinyGolden.path("qwen2"));
        fingerprints.add(fingerprint(base.withAdapter(TinyGolden.path(adapter), precision)));
      }
    }
    assertThat(fingerprints).hasSize(models.size() + 4);
  }

  private static String fingerprint(ModelFiles files) {
    try (files;
        LlamaEngine engine = LlamaEngine.open(files, options(Backend.SCALAR))) {
      return engine.model().fingerprint();
    }
  }

  private static EngineOptions options(Backend backend) {
    return new EngineOptions(backend, 2, ElementType.FLOAT32);
  }
}
