package dev.kvasir.decode.http.read;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.http.json.FieldRules;
import java.util.Set;

/** The fields of OpenAI's API that this server shares among its endpoints, and those it refuses. */
final class OpenAiFields {
  private OpenAiFields() {}

  static FieldRules chat() {
    return shared()
        .allow("messages", "documents", "block_attention", "max_completion_tokens")
        .onlyNeutral("logprobs", "", OpenAiFields::isFalse)
        .onlyNeutral("top_logprobs", "", OpenAiFields::isZero)
        .onlyNeutral("tools", "", OpenAiFields::isEmpty)
        .onlyNeutral("tool_choice", "", OpenAiFields::isNoTool)
        .onlyNeutral("functions", "", OpenAiFields::isEmpty)
        .onlyNeutral("function_call", "", OpenAiFields::isNoTool)
        .onlyNeutral(
            "response_format", "other than text", node -> node.path("type").asText().equals("text"))
        .onlyNeutral("modalities", "other than text", OpenAiFields::isOnlyText)
        .refuse("audio", "prediction", "reasoning_effort", "verbosity", "web_search_options");
  }

  static FieldRules completion() {
    return shared()
        .allow("prompt")
        .onlyNeutral("best_of", "other than 1", OpenAiFields::isOne)
        .onlyNeutral("echo", "", OpenAiFields::isFalse)
        .onlyNeutral("logprobs", "", OpenAiFields::isFalse)
        .onlyNeutral("suffix", "", node -> node.isTextual() && node.textValue().isEmpty());
  }

  private static FieldRules shared() {
    return sampling()
        .allow("model", "stream", "stream_options")
        .allow("user", "metadata", "store", "service_tier", "safety_identifier")
        .allow("parallel_tool_calls", "prompt_cache_key", "prompt_cache_retention")
        .onlyNeutral("n", "other than 1", OpenAiFields::isOne)
        .onlyNeutral("presence_penalty", "other than 0", OpenAiFields::isZero)
        .onlyNeutral("frequency_penalty", "other than 0", OpenAiFields::isZero)
        .onlyNeutral("logit_bias", "", OpenAiFields::isEmpty);
  }

  /** The fields that {@link SamplingReader} reads. */
  static FieldRules sampling() {
    return FieldRules.of("max_tokens", "temperature", "top_p", "seed", "stop");
  }

  private static boolean isEmpty(JsonNode node) {
    return node.isContainerNode() && node.isEmpty();
  }

  private static boolean isFalse(JsonNode node) {
    return node.isBoolean() && !node.booleanValue();
  }

  private static boolean isZero(JsonNode node) {
    return node.isNumber() && node.doubleValue() == 0;
  }

  private static boolean isOne(JsonNode node) {
    return node.isInt() && node.intValue() == 1;
  }

  private static boolean isNoTool(JsonNode node) {
    return node.isTextual() && Set.of("none", "auto").contains(node.textValue());
  }

  private static boolean isOnlyText(JsonNode node) {
    return node.isArray() && node.size() == 1 && node.path(0).asText().equals("text");
  }
}
