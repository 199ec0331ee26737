package dev.kvasir.cli.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.nio.file.Path;

/** The rows as a JSON file. */
public final class RowsFile {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private RowsFile() {}

  /**
   * Writes the rows.
   *
   * @throws UserError if the file cannot be written
   */
  public static void write(Results results, Path file) {
    try {
      MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json(results));
    } catch (IOException e) {
      throw new UserError("%s cannot be written: choose another --json file".formatted(file), e);
    }
  }

  static ObjectNode json(Results results) {
    ObjectNode root = MAPPER.createObjectNode();
    ArrayNode rows = root.putArray("rows");
    for (Row row : results.rows()) {
      rows.addObject()
          .put("question", row.question())
          .put("mode", row.mode().label())
          .put("prompt_tokens", row.answer().promptTokens())
          .put("computed_tokens", row.answer().computedTokens())
          .put("cached_tokens", row.answer().cachedTokens())
          .put("ttft_ms", Math.round(row.millis() * 1e3) / 1e3)
          .put("answer", row.answer().text())
          .put("right", row.right());
    }
    return root;
  }
}
