package dev.kvasir.decode.http.read;

import dev.kvasir.engine.prompt.Message;
import dev.kvasir.engine.prompt.Message.Role;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads {@code messages}: a conversation that ends with what the user asks. */
final class MessageReader {
  private static final int MAX_MESSAGES = 10_000;
  private static final Map<String, Role> ROLES =
      Map.of(
          "system", Role.SYSTEM,
          "developer", Role.SYSTEM,
          "user", Role.USER,
          "assistant", Role.ASSISTANT);
  private static final FieldRules RULES =
      FieldRules.of("role", "content", "name")
          .onlyNeutral("tool_calls", "", node -> node.isArray() && node.isEmpty())
          .onlyNeutral("annotations", "", node -> node.isArray() && node.isEmpty())
          .refuse("function_call", "tool_call_id", "refusal", "audio");

  /** Messages in order, and the passages of their document parts in order. */
  record Conversation(List<Message> messages, List<Passage> passages) {}

  private MessageReader() {}

  static Conversation read(JsonValue list) {
    List<Message> messages = new ArrayList<>();
    List<Passage> passages = new ArrayList<>();
    List<JsonValue> values = list.asFilledList(MAX_MESSAGES);
    for (JsonValue value : values) {
      Fields fields = value.asObject();
      Role role = role(fields);
      RULES.check(fields);
      Content content = Content.read(fields.require("content"), role);
      if (messages.size() == values.size() - 1) {
        checkQuestion(value.path(), role, content);
      }
      messages.add(new Message(role, content.text()));
      passages.addAll(content.passages());
    }
    return new Conversation(messages, passages);
  }

  private static Role role(Fields fields) {
    JsonValue role = fields.require("role");
    if (role.isText() && (role.asText().equals("tool") || role.asText().equals("function"))) {
      throw ApiException.unsupported(
          role.path(),
          "%s \"%s\" is not supported here: tools are not".formatted(role.path(), role.asText()));
    }
    return fields.requireChoice("role", ROLES);
  }

  private static void checkQuestion(String path, Role role, Content content) {
    if (role != Role.USER) {
      throw ApiException.badField(
          path + ".role", path + " is the last message and must be from the user");
    }
    if (content.text().isBlank()) {
      throw ApiException.badField(
          path + ".content", path + ".content has no text: send the question");
    }
    if (content.documentBehindText().isPresent()) {
      String late = content.documentBehindText().get();
      throw ApiException.badField(
          late, late + " is a document behind the final user text: put it before");
    }
  }
}
