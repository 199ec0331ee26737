package dev.kvasir.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Recognises the supported kinds of {@code tokenizer.json} and refuses the others. */
final class TokenizerJsonRules {
  private static final String WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}%s"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final Map<String, PreTokenizer> PATTERNS =
      Map.of(
          WORDS.formatted("{1,3}"), PreTokenizer.LLAMA_BPE,
          WORDS.formatted(""), PreTokenizer.QWEN2);

  private final JsonFile file;

  private TokenizerJsonRules(JsonFile file) {
    this.file = file;
  }

  static TextRules read(JsonFile file) {
    TokenizerJsonRules rules = new TokenizerJsonRules(file);
    JsonNode model = file.root().path("model");
    rules.checkModel(model);
    return new TextRules(
        rules.preTokenizer(), rules.isComposed(), model.path("ignore_merges").asBoolean(false));
  }

  private void checkModel(JsonNode model) {
    if (!model.path("type").asText("BPE").equals("BPE")) {
      throw unsupported("model.type", model.path("type"), "\"BPE\"");
    }
    for (String key : List.of("dropout", "continuing_subword_prefix", "end_of_word_suffix")) {
      JsonNode value = model.path(key);
      if (!value.asText().isEmpty() && !value.isNull() && value.asDouble(1) != 0) {
        throw unsupported("model." + key, value, "none");
      }
    }
    if (model.path("byte_fallback").asBoolean(false)) {
      throw unsupported("model.byte_fallback", model.path("byte_fallback"), "false");
    }
    if (!file.root().path("decoder").path("type").asText().equals("ByteLevel")) {
      throw unsupported("decoder", file.root().path("decoder"), "ByteLevel");
    }
  }

  private boolean isComposed() {
    JsonNode normalizer = file.root().path("normalizer");
    boolean none = normalizer.isMissingNode() || normalizer.isNull();
    if (!none && !normalizer.path("type").asText().equals("NFC")) {
      throw unsupported("normalizer", normalizer, "NFC or none");
    }
    return !none;
  }

  private PreTokenizer preTokenizer() {
    JsonNode node = file.root().path("pre_tokenizer");
    List<JsonNode> steps = new ArrayList<>();
    node.path("pretokenizers").forEach(steps::add);
    if (node.path("type").asText().equals("Sequence")
        && steps.size() == 2
        && steps.getLast().path("type").asText().equals("ByteLevel")
        && !steps.getLast().path("add_prefix_space").asBoolean(true)) {
      boolean cutsWords = steps.getLast().path("use_regex").asBoolean(true);
      JsonNode first = steps.getFirst();
      if (cutsWords && isSingleDigits(first)) {
        return PreTokenizer.SMOLLM;
      }
      PreTokenizer known = PATTERNS.get(first.path("pattern").path("Regex").asText());
      if (!cutsWords && isSplit(first) && known != null) {
        return known;
      }
    }
    throw unsupported("pre_tokenizer", node, "those of SmolLM2, Llama 3 and Qwen 2");
  }

  private static boolean isSingleDigits(JsonNode step) {
    return step.path("type").asText().equals("Digits")
        && step.path("individual_digits").asBoolean(false);
  }

  private static boolean isSplit(JsonNode step) {
    return step.path("type").asText().equals("Split")
        && step.path("behavior").asText().equals("Isolated")
        && !step.path("invert").asBoolean(false);
  }

  private RuntimeException unsupported(String key, JsonNode value, String supported) {
    return file.fault("%s is not supported, only %s: %s".formatted(key, supported, value));
  }
}
