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
import java.util.function.UnaryOperator;

/**
 * A file of questions, a JSON object a line with {@code question}, {@code ctxs: [{title, text}]}
 * and, for those who mark answers, {@code answers: [text]} and {@code gold}, the index of the
 * passage that has one.
 */
public final class PassageFile {
  private PassageFile() {}

  /** A question and the passages to read for it, in the file's order. */
  public record Question(String text, List<Passage> passages) {
    public Question {
      passages = List.copyOf(passages);
    }
  }

  /**
   * A question whose answer is known.
   *
   * @param answers any of them is right; at least one
   * @param gold the passage that has an answer
   */
  public record Answered(Question question, List<String> answers, Passage gold) {
    public Answered {
      answers = List.copyOf(answers);
    }
  }

  /** The file's first {@code limit} different passages, in order. */
  public static List<Passage> read(Path file, int limit) throws IOException {
    Map<String, Passage> passages = new LinkedHashMap<>();
    try (JsonLines lines = JsonLines.open(file)) {
      for (Optional<JsonNode> line = lines.next();
          line.isPresent() && passages.size() < limit;
          line = lines.next()) {
        passages(line.get()).forEach(passage -> passages.putIfAbsent(passage.text(), passage));
      }
    }
    return new ArrayList<>(passages.values()).subList(0, Math.min(limit, passages.size()));
  }

  /** The file's first {@code limit} questions, each with at most so many of its passages. */
  public static List<Question> questions(Path file, int limit, int passagesOfEach)
      throws IOException {
    return questions(file, limit, passagesOfEach, String::strip);
  }

  /**
   * The file's first {@code limit} questions with all their passages as they are written, spaces at
   * their ends included: so a corpus keeps them, and a retriever sends them.
   */
  public static List<Question> asWritten(Path file, int limit) throws IOException {
    return questions(file, limit, Integer.MAX_VALUE, UnaryOperator.identity());
  }

  private static List<Question> questions(
      Path file, int limit, int passagesOfEach, UnaryOperator<String> ends) throws IOException {
    List<Question> questions = new ArrayList<>();
    try (JsonLines lines = JsonLines.open(file)) {
      for (Optional<JsonNode> line = lines.next();
          line.isPresent() && questions.size() < limit;
          line = lines.next()) {
        List<Passage> passages = passages(line.get(), ends);
        questions.add(
            new Question(
                line.get().path("question").asText(),
                passages.subList(0, Math.min(passagesOfEach, passages.size()))));
      }
    }
    return questions;
  }

  /**
   * The file's first {@code limit} questions with all their passages.
   *
   * @throws BenchException if one has no answer or no such passage
   */
  public static List<Answered> answered(Path file, int limit) throws IOException {
    List<Answered> questions = new ArrayList<>();
    try (JsonLines lines = JsonLines.open(file)) {
      for (Optional<JsonNode> line = lines.next();
          line.isPresent() && questions.size() < limit;
          line = lines.next()) {
        questions.add(answered(line.get(), questions.size() + 1));
      }
    }
    return questions;
  }

  private static Answered answered(JsonNode line, int number) {
    List<String> answers = new ArrayList<>();
    line.path("answers").forEach(answer -> answers.add(answer.asText()));
    List<Passage> passages = passages(line);
    int gold = line.path("gold").asInt(-1);
    Checks.require(
        !answers.isEmpty() && gold >= 0 && gold < passages.size(),
        "line %d needs answers and the index of a passage as gold".formatted(number));
    return new Answered(
        new Question(line.path("question").asText(), passages), answers, passages.get(gold));
  }

  private static List<Passage> passages(JsonNode line) {
    return passages(line, String::strip);
  }

  private static List<Passage> passages(JsonNode line, UnaryOperator<String> ends) {
    List<Passage> passages = new ArrayList<>();
    for (JsonNode node : line.path("ctxs")) {
      passages.add(
          new Passage(
              Optional.empty(),
              Optional.of(node.path("title").asText()),
              ends.apply(node.path("text").asText())));
    }
    return passages;
  }
}
