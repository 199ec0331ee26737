package dev.kvasir.decode.http.read;

import dev.kvasir.decode.AttentionMode;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import java.util.Map;
import java.util.Optional;

/**
 * How the prompt's blocks shall attend to each other.
 *
 * @param mode empty for {@code auto}
 */
public record AttentionFields(Optional<AttentionMode> mode, PrefixMode prefix) {
  static final Map<String, PrefixMode> PREFIXES =
      Map.of("sink", PrefixMode.SINK, "system", PrefixMode.SYSTEM, "none", PrefixMode.NONE);

  private static final Map<String, Optional<AttentionMode>> MODES =
      Map.of(
          "auto", Optional.empty(),
          "block", Optional.of(AttentionMode.BLOCK),
          "full", Optional.of(AttentionMode.FULL));
  private static final FieldRules RULES = FieldRules.of("mode", "prefix");

  static AttentionFields read(Fields request) {
    return request
        .find("block_attention")
        .map(JsonValue::asObject)
        .map(AttentionFields::of)
        .orElse(new AttentionFields(Optional.empty(), PrefixMode.SINK));
  }

  private static AttentionFields of(Fields fields) {
    RULES.check(fields);
    return new AttentionFields(
        fields.choice("mode", MODES).orElse(Optional.empty()),
        fields.choice("prefix", PREFIXES).orElse(PrefixMode.SINK));
  }
}
