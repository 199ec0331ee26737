package dev.kvasir.bench.agreement;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kvasir.bench.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Outcomes on disk, one JSON object a line, so that a run which ended early goes on where it was. A
 * last line that was not written to its end is dropped.
 */
final class OutcomeFile {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final Path file;

  OutcomeFile(Path file) {
    this.file = file;
  }

  List<Outcome> read() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    String text = Files.readString(file);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    if (whole.length() < text.length()) {
      Files.writeString(file, whole);
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (String line : whole.lines().toList()) {
      outcomes.add(parsed(line));
    }
    return outcomes;
  }

  private Outcome parsed(String line) {
    try {
      return MAPPER.readValue(line, Outcome.class);
    } catch (IOException e) {
      throw new BenchException(
          "%s has a line that is no outcome: name another file".formatted(file));
    }
  }

  void append(Outcome outcome) throws IOException {
    Files.writeString(
        file,
        MAPPER.writeValueAsString(outcome) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
