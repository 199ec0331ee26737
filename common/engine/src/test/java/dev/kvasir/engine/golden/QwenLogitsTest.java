package dev.kvasir.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.model.ModelFiles;
import dev.kvasir.engine.testing.QwenModel;
import java.io.IOException;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Qwen2.5-Coder-0.5B-Instruct, Q4_K_M, against transformers in float32 (golden/qwen.json). */
@Tag("qwen")
final class QwenLogitsTest {
  private static final double BOUND = 1e-4;

  @Test
  void logits_ofTwoPrompts_topFiveWithinBound() throws IOException {
    EngineOptions options = new EngineOptions(Backend.VECTOR, 2, ElementType.FLOAT32);
    try (ModelFiles files = ModelFiles.open(QwenModel.path());
        LlamaEngine engine = LlamaEngine.open(files, options)) {
      JsonNode prompts = golden().path("prompts");
      assertThat(prompts.size()).isEqualTo(2);
      for (JsonNode prompt : prompts) {
        float[] logits = TinyGolden.run(engine, ints(prompt.path("ids")));
        int[] expected = ints(prompt.path("top_ids"));
        assertThat(topFive(logits)).as(prompt.path("name").asText()).containsExactly(expected);
        for (int i = 0; i < expected.length; i++) {
          double value = prompt.path("top_values").get(i).asDouble();
          assertThat((double) logits[expected[i]]).isCloseTo(value, within(BOUND));
        }
      }
      JsonNode code = prompts.get(1);
      TokenIds ids = TokenIds.of(ints(code.path("ids")));
      assertThat(files.tokenizer().encode(code.path("text").asText())).isEqualTo(ids);
    }
  }

  private static JsonNode golden() throws IOException {
    return new ObjectMapper()
        .readTree(Objects.requireNonNull(QwenLogitsTest.class.getResource("/golden/qwen.json")));
  }

  private static int[] topFive(float[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble(id -> -logits[id]))
        .limit(5)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }
}
