package dev.kvasir.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the tokenizer of a Hugging Face folder. */
final class FolderTokenizer {
  private final JsonFile tokenizer;
  private final JsonFile config;
  private final FolderVocabulary vocabulary;

  private FolderTokenizer(Path folder) {
    tokenizer = JsonFile.read(folder.resolve("tokenizer.json"));
    config = JsonFile.read(folder.resolve("tokenizer_config.json"));
    vocabulary = new FolderVocabulary(tokenizer, modelRows(folder));
  }

  static TokenizerData read(Path folder) {
    return new FolderTokenizer(folder).data(folder);
  }

  private TokenizerData data(Path folder) {
    OptionalInt begin = mark("bos_token");
    int end =
        mark("eos_token")
            .orElseThrow(() -> config.fault("eos_token is missing: it ends every generation"));
    Set<Integer> ends = new HashSet<>(Set.of(end));
    generationEnds(folder, ends);
    return new TokenizerData(
        TokenizerJsonRules.read(tokenizer),
        vocabulary.tokens(),
        vocabulary.kinds(),
        vocabulary.merges(),
        begin,
        BeginOfSequence.isAdded(tokenizer, begin, vocabulary),
        end,
        ends,
        template(folder),
        faults());
  }

  /** A token of the configuration, written as text or as an object. */
  private OptionalInt mark(String key) {
    JsonNode node = config.root().path(key);
    JsonNode content = node.isObject() ? node.path("content") : node;
    if (content.isMissingNode() || content.isNull()) {
      return OptionalInt.empty();
    }
    OptionalInt id = content.isTextual() ? vocabulary.id(content.textValue()) : OptionalInt.empty();
    if (id.isEmpty()) {
      throw config.fault(key + " names no token of tokenizer.json: " + content);
    }
    return id;
  }

  private void generationEnds(Path folder, Set<Integer> ends) {
    JsonFile.optional(folder.resolve("generation_config.json"))
        .ifPresent(file -> {
          JsonNode node = file.root().path("eos_token_id");
          for (JsonNode id : node.isArray() ? node : Set.of(node)) {
            if (id.canConvertToInt() && id.intValue() >= 0) {
              ends.add(id.intValue());
            }
          }
        });
  }

  private Optional<String> template(Path folder) {
    Optional<String> file = JsonFile.text(folder.resolve("chat_template.jinja"));
    return file.isPresent() ? file : configuredTemplate(config.root().path("chat_template"));
  }

  /** One template, or a list of named ones of which the one called default counts. */
  private Optional<String> configuredTemplate(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (node.isTextual()) {
      return Optional.of(node.textValue());
    }
    for (JsonNode named : node) {
      if (named.path("name").asText().equals("default") && named.path("template").isTextual()) {
        return Optional.of(named.path("template").textValue());
      }
    }
    throw config.fault("chat_template must be a text or a list with one named default");
  }

  private TokenizerData.Faults faults() {
    return new TokenizerData.Faults() {
      @Override
      public RuntimeException tokens(String reason) {
        return tokenizer.fault(reason);
      }

      @Override
      public RuntimeException merges(String reason) {
        return tokenizer.fault(reason);
      }
    };
  }

  private static int modelRows(Path folder) {
    return JsonFile.optional(folder.resolve("config.json"))
        .map(file -> file.root().path("vocab_size").asInt(0))
        .orElse(0);
  }
}
