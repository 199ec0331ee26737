package dev.kvasir.engine.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.engine.prompt.Message.Role;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Conversations and what Python's jinja2 makes of them (ops/golden/chat_templates.py). */
final class ChatGolden {
  private ChatGolden() {}

  static JsonNode read() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(ChatGolden.class.getResourceAsStream("/chat/templates.json.gz"))) {
      return new ObjectMapper().readTree(new GZIPInputStream(file));
    }
  }

  static List<Message> messages(JsonNode nodes) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode node : nodes) {
      Role role = Role.valueOf(node.path("role").asText().toUpperCase(Locale.ROOT));
      messages.add(new Message(role, node.path("content").asText()));
    }
    return messages;
  }
}
