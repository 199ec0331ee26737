package dev.kvasir.decode.http.read;

import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonValue;
import java.util.Optional;

/**
 * A request to {@code /v1/completions}.
 *
 * @param model as asked for; empty for the one served
 */
public record CompletionRequest(
    Optional<String> model, String prompt, SamplingFields sampling, StreamFields stream) {

  private static final FieldRules RULES = OpenAiFields.completion();
  private static final double USUAL_TEMPERATURE = 1;
  private static final int USUAL_MAX_TOKENS = 16;

  /**
   * Reads a request.
   *
   * @throws dev.kvasir.http.error.ApiException if a field is wrong
   */
  public static CompletionRequest read(Fields fields) {
    RULES.check(fields);
    return new CompletionRequest(
        fields.find("model").map(JsonValue::asText),
        prompt(fields.require("prompt")),
        SamplingReader.read(fields, USUAL_TEMPERATURE).orMaxTokens(USUAL_MAX_TOKENS),
        StreamFields.read(fields));
  }

  private static String prompt(JsonValue value) {
    if (value.isText()) {
      return value.asNonEmptyText();
    }
    if (!value.node().isArray()) {
      throw value.wrongType("a string or a list of one string");
    }
    return value.asFilledList(1).getFirst().asNonEmptyText();
  }
}
