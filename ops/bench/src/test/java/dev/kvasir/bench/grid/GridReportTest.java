package dev.kvasir.bench.grid;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.bench.engine.Spread;
import dev.kvasir.block.ElementType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GridReportTest {
  private static final GridReport REPORT =
      new GridReport(
          List.of(
              new GridRow(
                  GridKind.IGNITE,
                  GridWork.PULL_VS_TCP,
                  ElementType.FLOAT16,
                  rates(List.of(900.0, 1200.0, 1000.0), 1.25, "ignite"),
                  Optional.of(rates(List.of(1600.0, 2400.0, 2000.0), 0.5, "plain"))),
              new GridRow(
                  GridKind.IGNITE,
                  GridWork.PULL_VS_REDIS,
                  ElementType.FLOAT16,
                  rates(List.of(900.0, 1200.0, 1000.0), 1.25, "ignite"),
                  Optional.empty()),
              new GridRow(
                  GridKind.HAZELCAST,
                  GridWork.TTFT_GRID_VS_LOCAL,
                  ElementType.INT8,
                  times(List.of(250.0, 240.0, 260.0), "grid"),
                  Optional.of(times(List.of(200.0, 190.0, 230.0), "local")))));

  @TempDir Path folder;

  private static Figures rates(List<Double> values, double processors, String name) {
    return new Figures(Spread.of(values), OptionalDouble.of(processors), name);
  }

  private static Figures times(List<Double> values, String name) {
    return new Figures(Spread.of(values), OptionalDouble.empty(), name);
  }

  @Test
  void write_rowWithRival_hasMediansRatioAndProcessorTime() throws IOException {
    JsonNode row = written().at("/rows/0");

    assertThat(row.path("grid").asText()).isEqualTo("ignite");
    assertThat(row.path("work").asText()).isEqualTo("pull-vs-tcp");
    assertThat(row.path("own").asDouble()).isEqualTo(1000);
    assertThat(row.path("rival").asDouble()).isEqualTo(2000);
    assertThat(row.path("ratio").asDouble()).isEqualTo(0.5);
    assertThat(row.path("own_min").asDouble()).isEqualTo(900);
    assertThat(row.path("rival_max").asDouble()).isEqualTo(2400);
    assertThat(row.path("own_cpu_s_per_gib").asDouble()).isEqualTo(1.25);
    assertThat(row.path("rival_cpu_s_per_gib").asDouble()).isEqualTo(0.5);
  }

  @Test
  void write_rivalMissing_isNullWithTheReason() throws IOException {
    JsonNode row = written().at("/rows/1");

    assertThat(row.path("work").asText()).isEqualTo("pull-vs-redis");
    assertThat(row.path("own").asDouble()).isEqualTo(1000);
    assertThat(row.path("rival").isNull()).isTrue();
    assertThat(row.path("ratio").isNull()).isTrue();
    assertThat(row.path("rival_name").asText()).isEqualTo("not installed");
  }

  @Test
  void write_times_haveTheirTypeAndNoProcessorTime() throws IOException {
    JsonNode row = written().at("/rows/2");

    assertThat(row.path("grid").asText()).isEqualTo("hazelcast");
    assertThat(row.path("work").asText()).isEqualTo("ttft-grid-vs-local");
    assertThat(row.path("kv").asText()).isEqualTo("int8");
    assertThat(row.path("ratio").asDouble()).isEqualTo(1.25);
    assertThat(row.path("own_cpu_s_per_gib").isNull()).isTrue();
  }

  @Test
  void table_everyRow_isALine() {
    assertThat(REPORT.table().lines()).hasSize(4);
    assertThat(REPORT.table())
        .contains("1000 (900-1200)", "0.50", "not installed", "ttft-grid-vs-local");
  }

  private JsonNode written() throws IOException {
    Path file = folder.resolve("grid.json");
    REPORT.write(file, folder);
    return new ObjectMapper().readTree(file.toFile());
  }
}
