package dev.kvasir.decode.http.read;

import dev.kvasir.engine.prompt.Message;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request to {@code /v1/chat/completions}.
 *
 * @param model as asked for; empty for the one served
 * @param passages the top-level documents, then the document parts of the messages
 */
public record ChatRequest(
    Optional<String> model,
    List<Message> messages,
    List<Passage> passages,
    AttentionFields attention,
    SamplingFields sampling,
    StreamFields stream) {

  private static final FieldRules RULES = OpenAiFields.chat();
  private static final double USUAL_TEMPERATURE = 1;

  public ChatRequest {
    messages = List.copyOf(messages);
    passages = List.copyOf(passages);
  }

  /**
   * Reads a request.
   *
   * @param maxPassages most passages that one request may have
   * @throws dev.kvasir.http.error.ApiException if a field is wrong
   */
  public static ChatRequest read(Fields fields, int maxPassages) {
    RULES.check(fields);
    Optional<String> model = fields.find("model").map(JsonValue::asText);
    MessageReader.Conversation conversation = MessageReader.read(fields.require("messages"));
    return new ChatRequest(
        model,
        conversation.messages(),
        passages(fields, conversation, maxPassages),
        AttentionFields.read(fields, AttentionFields.CHAT),
        SamplingReader.read(fields, USUAL_TEMPERATURE),
        StreamFields.read(fields));
  }

  private static List<Passage> passages(
      Fields fields, MessageReader.Conversation conversation, int max) {
    List<Passage> passages =
        new ArrayList<>(
            fields.find("documents").map(list -> PassageReader.list(list, max)).orElse(List.of()));
    passages.addAll(conversation.passages());
    if (passages.size() > max) {
      throw ApiException.badField(
          "messages",
          "the request has %d documents: send at most %d".formatted(passages.size(), max));
    }
    return passages;
  }
}
