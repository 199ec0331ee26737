package dev.kvasir.decode.http.read;

import dev.kvasir.engine.prompt.Message.Role;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import dev.kvasir.http.json.Unicode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a message holds: a string, or parts of text and documents.
 *
 * @param text the text parts, joined by line breaks
 * @param documentBehindText path of the first document part that follows all text parts
 */
record Content(String text, List<Passage> passages, Optional<String> documentBehindText) {
  private static final int MAX_PARTS = 10_000;
  private static final FieldRules TEXT =
      FieldRules.of("type", "text")
          .onlyNeutral("cache_control", "on a text (send a document part)", node -> false);

  static Content read(JsonValue content, Role role) {
    if (content.isText()) {
      return new Content(content.asText(), List.of(), Optional.empty());
    }
    if (!content.node().isArray()) {
      throw content.wrongType("a string or a list of parts");
    }
    return parts(content.asFilledList(MAX_PARTS), role);
  }

  private static Content parts(List<JsonValue> parts, Role role) {
    List<String> texts = new ArrayList<>();
    List<Passage> passages = new ArrayList<>();
    Optional<String> behind = Optional.empty();
    for (JsonValue value : parts) {
      Fields part = value.asObject();
      if (isDocument(part, role)) {
        passages.add(PassageReader.part(part));
        behind = behind.or(() -> Optional.of(value.path()));
      } else {
        TEXT.check(part);
        texts.add(part.require("text").asText());
        behind = Optional.empty();
      }
    }
    return new Content(String.join("\n", texts), passages, behind);
  }

  private static boolean isDocument(Fields part, Role role) {
    JsonValue type = part.require("type");
    return switch (type.asText()) {
      case "text" -> false;
      case "document" -> {
        if (role != Role.USER) {
          throw ApiException.badField(
              type.path(), type.path() + ": only a user message may hold documents: move it there");
        }
        yield true;
      }
      default ->
          throw ApiException.unsupported(
              type.path(),
              "%s \"%s\" is not supported here: send text or document"
                  .formatted(type.path(), Unicode.shown(type.asText())));
    };
  }
}
