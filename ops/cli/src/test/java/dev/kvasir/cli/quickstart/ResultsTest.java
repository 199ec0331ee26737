package dev.kvasir.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.cli.api.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
  private static final Results RESULTS = results(false);

  @Test
  void verdict_numbers_saysWhatWasFasterAndWhatNot() {
    assertThat(RESULTS.verdict())
        .contains("block-cold was SLOWER, it took 1.25 times as long")
        .contains("block-warm was 40.0 times faster")
        .contains("block-reordered was about as fast")
        .contains("full 1 of 1", "block-reordered 0 of 1")
        .contains("not trained for block attention");
    assertThat(results(true).verdict()).doesNotContain("not trained");
  }

  @Test
  void table_rows_areAlignedWithSpeedUpAndVerdict() {
    List<String> lines = RESULTS.table().lines().toList();

    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).contains("question", "mode", "TTFT ms", "speed-up", "right");
    assertThat(lines.get(3)).contains("block-warm", "100.0", "40.0x", "yes", "It was 1874");
    assertThat(lines.get(4)).contains("NO");
  }

  @Test
  void write_results_haveExactlyTheAgreedShape(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("rows.json");
    RowsFile.write(new Results(RESULTS.rows().subList(1, 2)), file);

    JsonNode actual = new ObjectMapper().readTree(file.toFile());
    assertThat(actual.toString())
        .isEqualTo(
            "{\"rows\":[{\"question\":0,\"mode\":\"block-cold\",\"prompt_tokens\":1500,"
                + "\"computed_tokens\":60,\"cached_tokens\":1440,\"ttft_ms\":5000.0,"
                + "\"answer\":\"It was 1874.\\n\",\"right\":true}]}");
  }

  private static Results results(boolean reorderedIsRight) {
    return new Results(
        List.of(
            row(Mode.FULL, 4000, true),
            row(Mode.BLOCK_COLD, 5000, true),
            row(Mode.BLOCK_WARM, 100, true),
            row(Mode.BLOCK_REORDERED, 4080, reorderedIsRight)));
  }

  private static Row row(Mode mode, int millis, boolean right) {
    return new Row(
        0, mode, new Answer("It was 1874.\n", 1500, 60, 1440, Duration.ofMillis(millis)), right);
  }
}
