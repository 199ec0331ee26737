package dev.kvasir.http.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.http.error.ApiException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of a JSON object with its path in the request. A null counts as left out. */
public final class Fields {
  private final String path;
  private final ObjectNode node;

  Fields(String path, ObjectNode node) {
    this.path = path;
    this.node = node;
  }

  /** Path of this object, empty at the top. */
  public String path() {
    return path;
  }

  public Optional<JsonValue> find(String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull()
        ? Optional.empty()
        : Optional.of(new JsonValue(pathOf(name), value));
  }

  public JsonValue require(String name) {
    return find(name)
        .orElseThrow(() ->
            ApiException.badRequest(
                "missing_required_parameter", pathOf(name), pathOf(name) + " is missing: send it"));
  }

  public boolean flag(String name) {
    return find(name).map(JsonValue::asBoolean).orElse(false);
  }

  /** One of the given words, or empty if the field is left out. */
  public <T> Optional<T> choice(String name, Map<String, T> choices) {
    return find(name).map(value -> choose(value, choices));
  }

  /** The value of the required field {@code name}, which must be one of the given words. */
  public <T> T requireChoice(String name, Map<String, T> choices) {
    return choose(require(name), choices);
  }

  private static <T> T choose(JsonValue value, Map<String, T> choices) {
    T choice = choices.get(value.asText());
    if (choice == null) {
      throw ApiException.badField(
          value.path(),
          "%s must be one of %s, but is \"%s\""
              .formatted(
                  value.path(),
                  String.join(", ", choices.keySet().stream().sorted().toList()),
                  Unicode.shown(value.asText())));
    }
    return choice;
  }

  /** Names of all fields that are not null, in the request's order. */
  public List<String> names() {
    return node.properties().stream()
        .filter(field -> !field.getValue().isNull())
        .map(Map.Entry::getKey)
        .toList();
  }

  String pathOf(String name) {
    String shown = Unicode.shown(name);
    return path.isEmpty() ? shown : path + "." + shown;
  }
}
