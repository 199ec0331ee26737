package dev.kvasir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TtftReportTest {
  private static final TtftReport REPORT =
      new TtftReport(
          List.of(
              TtftRow.of(4000, TtftMode.FULL, List.of(9000.0, 8000.0, 10000.0)),
              TtftRow.of(4000, TtftMode.LOCAL, List.of(300.5, 250.0, 200.0))),
          412.3456,
          1 << 30);

  @TempDir Path folder;

  @Test
  void of_unsortedValues_medianMinMax() {
    TtftRow row = TtftRow.of(10, TtftMode.GRID, List.of(5.0, 1.0, 4.0, 2.0));

    assertThat(row).isEqualTo(new TtftRow(10, TtftMode.GRID, 3.0, 1.0, 5.0));
  }

  @Test
  void write_report_hasExactlyTheAgreedShape() throws IOException {
    Path file = folder.resolve("ttft.json");
    REPORT.write(file);

    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                {"rows":[
                  {"context_tokens":4000,"mode":"full","ttft_ms_median":9000.0,
                   "ttft_ms_min":8000.0,"ttft_ms_max":10000.0},
                  {"context_tokens":4000,"mode":"local","ttft_ms_median":250.0,
                   "ttft_ms_min":200.0,"ttft_ms_max":300.5}],
                 "prefill_512_tokens_per_s":412.346,"peak_rss_bytes":1073741824}\
                """);
    JsonNode actual = new ObjectMapper().readTree(file.toFile());
    assertThat(actual.toString()).isEqualTo(expected.toString());
  }

  @Test
  void table_rows_showRatiosToFull() {
    assertThat(REPORT.table()).contains("36.0x", "1.0x", "412.3 tokens/s", "1024 MiB");
  }
}
