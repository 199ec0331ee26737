package dev.kvasir.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.engine.prompt.Passage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Passages from a file of questions, a JSON object a line with {@code ctxs: [{title, text}]}. */
public final class PassageFile {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PassageFile() {}

  /** The file's first {@code limit} different passages, in order. */
  public static List<Passage> read(Path gzippedLines, int limit) throws IOException {
    Map<String, Passage> passages = new LinkedHashMap<>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(gzippedLines)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine();
          line != null && passages.size() < limit;
          line = lines.readLine()) {
        for (JsonNode node : MAPPER.readTree(line).path("ctxs")) {
          String text = node.path("text").asText().strip();
          passages.putIfAbsent(
              text, new Passage(Optional.empty(), Optional.of(node.path("title").asText()), text));
        }
      }
    }
    return new ArrayList<>(passages.values()).subList(0, Math.min(limit, passages.size()));
  }
}
