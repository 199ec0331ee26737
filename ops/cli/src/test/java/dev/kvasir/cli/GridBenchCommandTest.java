package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole benchmark on little: a process with the blocks, its rivals, a first token. */
class GridBenchCommandTest {
  @TempDir private Path folder;

  @Test
  void benchGrid_smallPrompt_writesARowForEachWork() throws IOException {
    Path file = folder.resolve("grid.json");
    String line = "--grid ignite --kv int8 --blocks 2 --context 300 --repeats 1 --json " + file;

    int status =
        new CommandLine(new GridBenchCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(line.split(" "));

    assertThat(status).isZero();
    JsonNode rows = new ObjectMapper().readTree(file.toFile()).path("rows");
    assertThat(rows)
        .extracting(row -> row.path("work").asText())
        .containsExactly("pull-vs-tcp", "pull-vs-redis", "ttft-grid-vs-local");
    assertThat(rows).allSatisfy(row -> assertThat(row.path("own").asDouble()).isPositive());
    assertThat(rows.at("/2/kv").asText()).isEqualTo("int8");
    assertThat(rows.at("/2/rival").asDouble()).isPositive();
  }
}
