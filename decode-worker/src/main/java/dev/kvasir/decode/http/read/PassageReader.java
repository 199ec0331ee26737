package dev.kvasir.decode.http.read;

import dev.kvasir.block.Scope;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import dev.kvasir.http.json.Unicode;
import java.util.List;
import java.util.Optional;

/** Reads passages: texts, {@code {id,title,text}} objects, and document parts of messages. */
final class PassageReader {
  private static final int MAX_ID_CHARS = 512;
  private static final FieldRules OBJECT =
      FieldRules.of("id", "title", "text", "collection", "metadata");
  private static final FieldRules PART =
      FieldRules.of("type", "id", "title", "text", "collection", "source", "cache_control")
          .refuse("context")
          .onlyNeutral("citations", "", node -> !node.path("enabled").asBoolean());
  private static final FieldRules SOURCE = FieldRules.of("type", "media_type", "data");

  private PassageReader() {}

  static List<Passage> list(JsonValue list, int max) {
    return list.asList(max).stream().map(PassageReader::element).toList();
  }

  static List<Passage> filledList(JsonValue list, int max) {
    return list.asFilledList(max).stream().map(PassageReader::element).toList();
  }

  private static Passage element(JsonValue value) {
    if (value.isText()) {
      return new Passage(Optional.empty(), Optional.empty(), value.asFilledText());
    }
    if (!value.node().isObject()) {
      throw value.wrongType("an object with \"text\", or a string");
    }
    Fields fields = value.asObject();
    OBJECT.check(fields);
    return passage(fields, fields.require("text").asFilledText());
  }

  /** A part {@code {"type":"document", ...}} with its text inline or under {@code source}. */
  static Passage part(Fields part) {
    PART.check(part);
    Optional<JsonValue> source = part.find("source");
    if (source.isPresent() == part.find("text").isPresent()) {
      throw ApiException.badField(
          part.path(), part.path() + " must have either text or source: send one of them");
    }
    return passage(
        part,
        source
            .map(value -> sourceText(value.asObject()))
            .orElseGet(() -> part.require("text").asFilledText()));
  }

  private static String sourceText(Fields source) {
    SOURCE.check(source);
    expect(source.require("type"), "text");
    source.find("media_type").ifPresent(type -> expect(type, "text/plain"));
    return source.require("data").asFilledText();
  }

  private static void expect(JsonValue value, String supported) {
    if (!value.asText().equals(supported)) {
      throw ApiException.unsupported(
          value.path(),
          "%s \"%s\" is not supported here: send \"%s\""
              .formatted(value.path(), Unicode.shown(value.asText()), supported));
    }
  }

  private static Passage passage(Fields fields, String text) {
    return new Passage(
        fields.find("id").map(PassageReader::id),
        fields.find("title").map(JsonValue::asText).filter(title -> !title.isBlank()),
        text,
        fields.find("collection").map(PassageReader::collection));
  }

  private static String collection(JsonValue value) {
    String name = value.asText();
    if (!Scope.NAME.matcher(name).matches()) {
      throw ApiException.badField(
          value.path(),
          "%s is not the name of a collection: send 1 to 64 of a-z, 0-9, dot, dash and underscore"
              .formatted(value.path()));
    }
    return name;
  }

  private static String id(JsonValue value) {
    String id =
        value.node().isIntegralNumber()
            ? value.node().asText()
            : value.isText() ? value.asText() : null;
    if (id == null) {
      throw value.wrongType("a string or an integer");
    }
    if (id.length() > MAX_ID_CHARS) {
      throw ApiException.badField(
          value.path(), "%s is longer than %d characters".formatted(value.path(), MAX_ID_CHARS));
    }
    return id;
  }
}
