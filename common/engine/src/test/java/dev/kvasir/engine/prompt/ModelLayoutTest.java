package dev.kvasir.engine.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.block.ElementType;
import dev.kvasir.engine.prompt.Message.Role;
import dev.kvasir.engine.testing.TestModel;
import dev.kvasir.engine.tokenizer.HuggingFaceOracle;
import dev.kvasir.engine.tokenizer.Tokenizer;
import dev.kvasir.engine.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts of other families: their templates and marks over SmolLM2's vocabulary. */
class ModelLayoutTest {
  private static final List<String> LLAMA_MARKS =
      List.of("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>");
  private static final List<String> QWEN_MARKS = List.of("<begin>", "<end>");

  @TempDir private Path folder;

  @Test
  void chat_noPassages_equalsHuggingFaceOnTheRenderedText() throws IOException {
    JsonNode golden = ChatGolden.read();
    for (String name : List.of("smollm2", "qwen2.5", "llama3.1")) {
      List<String> marks = name.startsWith("llama") ? LLAMA_MARKS : QWEN_MARKS;
      String template = golden.path("templates").path(name).asText();
      int compared = 0;
      try (HuggingFaceOracle oracle =
          TokenizerJson.writeFolder(folder, TestModel.path(), marks, template)) {
        PromptLayout layout = layout();
        for (JsonNode each : golden.path("cases")) {
          if (!each.path("messages").toString().contains("|")) {
            List<Message> messages = ChatGolden.messages(each.path("messages"));
            String expected = each.path("expected").get(name).asText();
            assertThat(layout.chat(messages, List.of(), PrefixMode.SINK).finalBlock().toArray())
                .containsExactly(oracle.encode(expected));
            compared++;
          }
        }
      }
      assertThat(compared).isGreaterThan(8);
    }
  }

  @Test
  void chat_llamaWithPassages_keepsThemInTheSystemTurn() throws IOException {
    String template = ChatGolden.read().path("templates").path("llama3.1").asText();
    try (HuggingFaceOracle oracle =
        TokenizerJson.writeFolder(folder, TestModel.path(), LLAMA_MARKS, template)) {
      SegmentedPrompt prompt =
          layout()
              .chat(
                  List.of(
                      new Message(Role.SYSTEM, " Be <|eot_id|> brief.\n"),
                      new Message(Role.USER, "When?\n")),
                  List.of(new Passage(Optional.empty(), Optional.empty(), "It rains.")),
                  PrefixMode.SINK);
      assertThat(oracle.text(prompt.allTokens().toArray()))
          .isEqualTo(
              """
              <|begin_of_text|><|start_header_id|>system<|end_header_id|>

              Cutting Knowledge Date: December 2023
              Today Date: 26 Jul 2024

              Be <|eot_id|> brief.

              - It rains.
              <|eot_id|><|start_header_id|>user<|end_header_id|>

              When?<|eot_id|><|start_header_id|>assistant<|end_header_id|>

              """);
      int end = Tokenizer.from(folder).special("<|eot_id|>").orElseThrow();
      assertThat(prompt.allTokens().toArray()).containsOnlyOnce(end - 3);
      assertThat(IntStream.of(prompt.allTokens().toArray()).filter(i -> i == end)).hasSize(2);
    }
  }

  private PromptLayout layout() {
    return new PromptLayout(
        Tokenizer.from(folder), "model", ElementType.FLOAT16, Scoping.of("tenant"));
  }
}
