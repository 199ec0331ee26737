package dev.kvasir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.engine.prompt.Passage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassageFileTest {
  private static final String LINES =
      """
      {"question":"q","ctxs":[{"title":"A","text":"one"},{"title":"B","text":"two"}]}
      {"question":"q","ctxs":[{"title":"B","text":"two"},{"title":"C","text":"three"}]}
      """;

  @TempDir Path folder;

  @Test
  void read_passageInTwoQuestions_comesOnce() throws IOException {
    assertThat(PassageFile.read(file(), 10))
        .containsExactly(passage("A", "one"), passage("B", "two"), passage("C", "three"));
  }

  @Test
  void read_limit_stopsThere() throws IOException {
    assertThat(PassageFile.read(file(), 1)).containsExactly(passage("A", "one"));
  }

  @Test
  void questions_limits_cutQuestionsAndTheirPassages() throws IOException {
    assertThat(PassageFile.questions(file(), 1, 9))
        .containsExactly(
            new PassageFile.Question("q", List.of(passage("A", "one"), passage("B", "two"))));
    assertThat(PassageFile.questions(file(), 9, 1))
        .extracting(PassageFile.Question::passages)
        .containsExactly(List.of(passage("A", "one")), List.of(passage("B", "two")));
  }

  private static Passage passage(String title, String text) {
    return new Passage(Optional.empty(), Optional.of(title), text);
  }

  private Path file() throws IOException {
    Path file = folder.resolve("lines.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(LINES.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }
}
