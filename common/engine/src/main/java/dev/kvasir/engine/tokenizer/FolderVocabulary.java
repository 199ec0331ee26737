package dev.kvasir.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Tokens and merges of a {@code tokenizer.json}. */
final class FolderVocabulary {
  private static final int MAX_TOKENS = 1 << 22;

  private record Token(String text, TokenKind kind) {}

  private final JsonFile file;
  private final TreeMap<Integer, Token> byId = new TreeMap<>();
  private final int rows;

  /**
   * @param rows of the model, which may have more than there are tokens
   */
  FolderVocabulary(JsonFile file, int rows) {
    this.file = file;
    JsonNode vocabulary = file.root().path("model").path("vocab");
    if (!vocabulary.isObject() || vocabulary.isEmpty()) {
      throw file.fault("model.vocab must hold the tokens of a BPE model");
    }
    for (Map.Entry<String, JsonNode> token : vocabulary.properties()) {
      if (add(token.getValue(), new Token(token.getKey(), TokenKind.ORDINARY)) != null) {
        throw file.fault("two tokens of model.vocab have the id " + token.getValue());
      }
    }
    for (JsonNode added : file.root().path("added_tokens")) {
      add(added);
    }
    this.rows = Math.clamp(rows, byId.lastKey() + 1, MAX_TOKENS);
  }

  /** All tokens by id; rows without one get a name that says so, as in GGUF files. */
  List<String> tokens() {
    List<String> tokens = new ArrayList<>(rows);
    for (int id = 0; id < rows; id++) {
      Token token = byId.get(id);
      tokens.add(token == null ? "[PAD" + id + "]" : token.text());
    }
    return tokens;
  }

  List<TokenKind> kinds() {
    List<TokenKind> kinds = new ArrayList<>(rows);
    for (int id = 0; id < rows; id++) {
      Token token = byId.get(id);
      kinds.add(token == null ? TokenKind.UNUSED : token.kind());
    }
    return kinds;
  }

  /** The merges as lines; they may be written as lines or as pairs. */
  List<String> merges() {
    List<String> merges = new ArrayList<>();
    for (JsonNode merge : file.root().path("model").path("merges")) {
      if (merge.isTextual()) {
        merges.add(merge.textValue());
      } else if (merge.isArray() && merge.size() == 2) {
        merges.add(merge.get(0).asText() + " " + merge.get(1).asText());
      } else {
        throw file.fault("merge " + merges.size() + " is neither a text nor a pair");
      }
    }
    return merges;
  }

  /** The id of a token with this text, marks first. */
  OptionalInt id(String text) {
    return byId.entrySet().stream()
        .filter(entry -> entry.getValue().text().equals(text))
        .sorted((a, b) -> b.getValue().kind().compareTo(a.getValue().kind()))
        .mapToInt(Map.Entry::getKey)
        .findFirst();
  }

  private void add(JsonNode added) {
    JsonNode content = added.path("content");
    if (!content.isTextual() || content.textValue().isEmpty()) {
      throw file.fault("an added token has no content");
    }
    boolean special = added.path("special").asBoolean(false);
    String text = content.textValue();
    Token before =
        add(added.path("id"), new Token(text, special ? TokenKind.CONTROL : TokenKind.ADDED));
    if (before != null && !before.text().equals(text)) {
      throw file.fault("added token \"%s\" has the id of \"%s\"".formatted(text, before.text()));
    }
  }

  private @Nullable Token add(JsonNode id, Token token) {
    if (!id.canConvertToInt() || id.intValue() < 0 || id.intValue() >= MAX_TOKENS) {
      throw file.fault(
          "the id of token \"%s\" must be in [0, %d): %s".formatted(token.text(), MAX_TOKENS, id));
    }
    return byId.put(id.intValue(), token);
  }
}
