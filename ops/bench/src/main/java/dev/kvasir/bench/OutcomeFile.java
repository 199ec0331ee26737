package dev.kvasir.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Outcomes on disk, one JSON object a line, so that a run which ended early goes on where it was. A
 * last line that was not written to its end is dropped. One writer at a time.
 *
 * @param <T> a record, or what else Jackson reads and writes
 */
public final class OutcomeFile<T> {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final Path file;
  private final Class<T> type;

  /** A file that may be there or not. */
  public OutcomeFile(Path file, Class<T> type) {
    this.file = file;
    this.type = type;
  }

  /**
   * What the file has.
   *
   * @throws BenchException if a line is something else
   */
  public List<T> read() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = Files.readString(file);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    if (whole.length() < text.length()) {
      Files.writeString(file, whole);
    }
    List<T> outcomes = new ArrayList<>();
    for (String line : whole.lines().toList()) {
      outcomes.add(parsed(line));
    }
    return outcomes;
  }

  private T parsed(String line) {
    try {
      return MAPPER.readValue(line, type);
    } catch (IOException e) {
      throw new BenchException(
          "%s has a line that is no outcome: name another file".formatted(file));
    }
  }

  /** Adds an outcome, which is on disk then. */
  public void append(T outcome) throws IOException {
    Files.writeString(
        file,
        MAPPER.writeValueAsString(outcome) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
