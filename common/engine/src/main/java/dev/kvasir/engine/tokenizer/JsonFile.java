package dev.kvasir.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.engine.gguf.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A JSON file of a model's folder; its faults name it. */
record JsonFile(Path file, JsonNode root) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static JsonFile read(Path file) {
    return optional(file)
        .orElseThrow(() -> new ModelFileException(file, 0, "there is no such file"));
  }

  static Optional<JsonFile> optional(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode root = MAPPER.readTree(file.toFile());
      if (!root.isObject()) {
        throw new ModelFileException(file, 0, "it must hold a JSON object");
      }
      return Optional.of(new JsonFile(file, root));
    } catch (IOException e) {
      throw new ModelFileException(file, 0, "it cannot be read as JSON: " + e.getMessage(), e);
    }
  }

  static Optional<String> text(Path file) {
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw new ModelFileException(file, 0, "it cannot be read as UTF-8 text", e);
    }
  }

  ModelFileException fault(String reason) {
    return new ModelFileException(file, 0, reason);
  }
}
