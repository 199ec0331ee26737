package dev.kvasir.decode.http.read;

import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The passages that a request names, as they stand in prompts.
 *
 * @param model as asked for; empty for the one served
 * @param system the system text they are encoded behind if the prefix is {@code system}
 */
public record PassageSet(
    Optional<String> model, List<Passage> passages, PrefixMode prefix, Optional<String> system) {
  static final String[] NAMES = {"model", "passages", "documents", "prefix", "system"};

  private static final FieldRules ENCODE = FieldRules.of(NAMES).allow("return");
  static final Map<String, Boolean> RETURNS = Map.of("metadata", false, "bytes", true);

  public PassageSet {
    passages = List.copyOf(passages);
  }

  /**
   * A request to {@code /v1/blocks:encode}.
   *
   * @param bytes whether the answer shall hold the blocks themselves
   */
  public record Encode(PassageSet set, boolean bytes) {}

  /**
   * Reads a request to {@code /v1/blocks:encode}.
   *
   * @throws ApiException if a field is wrong
   */
  public static Encode readEncode(Fields fields, int maxPassages) {
    ENCODE.check(fields);
    return new Encode(read(fields, maxPassages), fields.choice("return", RETURNS).orElse(false));
  }

  static PassageSet read(Fields fields, int maxPassages) {
    PrefixMode prefix = fields.choice("prefix", AttentionFields.PREFIXES).orElse(PrefixMode.SINK);
    Optional<String> system = fields.find("system").map(JsonValue::asText);
    if (system.isPresent() && prefix != PrefixMode.SYSTEM) {
      throw ApiException.badField(
          "system", "system needs \"prefix\": \"system\": set it or leave system out");
    }
    return new PassageSet(
        fields.find("model").map(JsonValue::asText), passages(fields, maxPassages), prefix, system);
  }

  private static List<Passage> passages(Fields fields, int max) {
    Optional<JsonValue> passages = fields.find("passages");
    Optional<JsonValue> documents = fields.find("documents");
    if (passages.isPresent() == documents.isPresent()) {
      throw ApiException.badField(
          "passages", "send either passages or documents: a list of {id, title, text}");
    }
    return passages
        .or(() -> documents)
        .map(list -> PassageReader.filledList(list, max))
        .orElseThrow();
  }
}
