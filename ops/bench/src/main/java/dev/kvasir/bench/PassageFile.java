package dev.kvasir.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.engine.prompt.Passage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A gzipped file of questions, a JSON object a line with {@code question} and {@code ctxs: [{title,
 * text}]}.
 */
public final class PassageFile {
  private PassageFile() {}

  /** A question and the passages to read for it, in the file's order. */
  public record Question(String text, List<Passage> passages) {
    public Question {
      passages = List.copyOf(passages);
    }
  }

  /** The file's first {@code limit} different passages, in order. */
  public static List<Passage> read(Path gzippedLines, int limit) throws IOException {
    Map<String, Passage> passages = new LinkedHashMap<>();
    try (JsonLines lines = JsonLines.open(gzippedLines)) {
      for (Optional<JsonNode> line = lines.next();
          line.isPresent() && passages.size() < limit;
          line = lines.next()) {
        passages(line.get()).forEach(passage -> passages.putIfAbsent(passage.text(), passage));
      }
    }
    return new ArrayList<>(passages.values()).subList(0, Math.min(limit, passages.size()));
  }

  /** The file's first {@code limit} questions, each with at most so many of its passages. */
  public static List<Question> questions(Path gzippedLines, int limit, int passagesOfEach)
      throws IOException {
    List<Question> questions = new ArrayList<>();
    try (JsonLines lines = JsonLines.open(gzippedLines)) {
      for (Optional<JsonNode> line = lines.next();
          line.isPresent() && questions.size() < limit;
          line = lines.next()) {
        List<Passage> passages = passages(line.get());
        questions.add(
            new Question(
                line.get().path("question").asText(),
                passages.subList(0, Math.min(passagesOfEach, passages.size()))));
      }
    }
    return questions;
  }

  private static List<Passage> passages(JsonNode line) {
    List<Passage> passages = new ArrayList<>();
    for (JsonNode node : line.path("ctxs")) {
      passages.add(
          new Passage(
              Optional.empty(),
              Optional.of(node.path("title").asText()),
              node.path("text").asText().strip()));
    }
    return passages;
  }
}
