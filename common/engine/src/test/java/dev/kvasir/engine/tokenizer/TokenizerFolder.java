package dev.kvasir.engine.tokenizer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the files of a Hugging Face folder that concern the tokenizer. */
final class TokenizerFolder {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TokenizerFolder() {}

  static void write(Path folder, ObjectNode tokenizerJson, String end) throws IOException {
    write(folder, tokenizerJson, MAPPER.createObjectNode().put("eos_token", end));
  }

  static void write(Path folder, ObjectNode tokenizerJson, ObjectNode config) throws IOException {
    Files.write(folder.resolve("tokenizer.json"), MAPPER.writeValueAsBytes(tokenizerJson));
    Files.write(folder.resolve("tokenizer_config.json"), MAPPER.writeValueAsBytes(config));
  }
}
