package dev.kvasir.decode.http.read;

import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import java.util.Optional;

/**
 * Whether the answer is streamed.
 *
 * @param usage whether a last event with the usage is wanted
 */
public record StreamFields(boolean stream, boolean usage) {
  private static final FieldRules OPTIONS = FieldRules.of("include_usage", "include_obfuscation");

  static StreamFields read(Fields fields) {
    boolean stream = fields.flag("stream");
    Optional<Fields> options = fields.find("stream_options").map(JsonValue::asObject);
    if (options.isPresent() && !stream) {
      throw ApiException.badField(
          "stream_options", "stream_options needs \"stream\": true: set it or leave them out");
    }
    options.ifPresent(OPTIONS::check);
    return new StreamFields(stream, options.map(o -> o.flag("include_usage")).orElse(false));
  }
}
