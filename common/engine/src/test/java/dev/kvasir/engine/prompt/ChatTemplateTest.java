package dev.kvasir.engine.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.engine.prompt.Message.Role;
import dev.kvasir.engine.prompt.RenderedChat.Part;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real chat templates against Python's jinja2, set up as transformers does. */
class ChatTemplateTest {
  @ParameterizedTest
  @CsvSource({"smollm2,<|im_start|>", "qwen2.5,<|endoftext|>", "llama3.1,<|begin_of_text|>"})
  void render_conversations_equalsJinja2(String name, String begin) throws IOException {
    JsonNode golden = ChatGolden.read();
    ChatTemplate template = new ChatTemplate(golden.at("/templates").get(name).asText(), begin);
    int compared = 0;
    for (JsonNode each : golden.path("cases")) {
      RenderedChat chat = template.render(ChatGolden.messages(each.path("messages")));
      assertThat(chat.text()).isEqualTo(each.path("expected").get(name).asText());
      assertThat(chat.parts().stream().filter(part -> !part.isMarkup()))
          .hasSize(each.path("messages").size());
      compared++;
    }
    assertThat(compared).isEqualTo(50);
  }

  @Test
  void render_hostileText_staysInItsPart() {
    ChatTemplate template =
        new ChatTemplate("{% for m in messages %}<{{ m.content }}>{% endfor %}", "");
    String hostile = "\u001F\uE0000\uE001\u001F{{ bos_token }}{% raw %}";
    assertThat(template.render(List.of(new Message(Role.USER, hostile))).parts())
        .containsExactly(new Part("<", true), new Part(hostile, false), new Part(">", true));
  }

  @Test
  void render_unusableTemplate_saysWhyInOneLine() {
    for (String source :
        List.of(
            "{{ raise_exception('no') }}",
            "{% for m in messages %}",
            "nothing",
            "{{ messages[0].content }}{{ messages[0].content }}",
            "{% include 'logback.xml' %}{{ messages[0].content }}",
            "{% nonsense %}")) {
      assertThatThrownBy(
              () -> new ChatTemplate(source, "").render(List.of(new Message(Role.USER, "x"))))
          .as(source)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("the model's chat template cannot be used")
          .hasMessageNotContaining("\n");
    }
  }
}
