package dev.kvasir.bench.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.bench.Machine;
import dev.kvasir.bench.rival.LlamaDriver;
import dev.kvasir.bench.roofline.Roofline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a run measured, and on what. */
public record EngineReport(List<Row> rows, Roofline roofline, Optional<LlamaDriver.Build> llama) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public EngineReport {
    rows = List.copyOf(rows);
  }

  /** Writes the report as JSON. */
  public void write(Path file, Path root) throws IOException {
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json(root));
  }

  ObjectNode json(Path root) {
    ObjectNode report = MAPPER.createObjectNode();
    var array = report.putArray("rows");
    for (Row row : rows) {
      array.add(json(row));
    }
    report
        .putObject("machine")
        .put("cpu", Machine.processor())
        .put("cores", Runtime.getRuntime().availableProcessors())
        .put("jdk", Runtime.version().toString())
        .put("llama_cpp_python", llama.map(LlamaDriver.Build::version).orElse(null))
        .put("llama_cpp", llama.map(LlamaDriver.Build::library).orElse(null))
        .put("llama_cpp_system", llama.map(LlamaDriver.Build::system).orElse(null))
        .put("commit", Machine.commit(root))
        .put("flags", Machine.flags());
    report
        .putObject("roofline")
        .put("fma_gflops_1_thread", rounded(roofline.fmaGflops()))
        .put("fma_gflops_2_threads", rounded(roofline.fmaGflopsOfTwo()))
        .put("read_gb_per_s_1_thread", rounded(roofline.readGigabytes()))
        .put("read_gb_per_s_2_threads", rounded(roofline.readGigabytesOfTwo()));
    return report;
  }

  private static ObjectNode json(Row row) {
    Optional<Spread> rival = row.rival();
    return MAPPER
        .createObjectNode()
        .put("work", row.work())
        .put("unit", row.unit())
        .put("own", rounded(row.own().median()))
        .put("rival", rival.map(each -> rounded(each.median())).orElse(null))
        .put("rival_name", row.rivalName())
        .put("ratio", row.ratio().isPresent() ? rounded(row.ratio().getAsDouble()) : null)
        .put("own_min", rounded(row.own().min()))
        .put("own_max", rounded(row.own().max()))
        .put("rival_min", rival.map(each -> rounded(each.min())).orElse(null))
        .put("rival_max", rival.map(each -> rounded(each.max())).orElse(null));
  }

  /** The table that people read. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        line("work", "unit", "own", "min to max", "rival", "min to max", "ratio", "rival is"));
    for (Row row : rows) {
      Optional<Spread> rival = row.rival();
      text.append(
          line(
              row.work(),
              row.unit(),
              decimal(row.own().median()),
              range(row.own()),
              rival.map(each -> decimal(each.median())).orElse("-"),
              rival.map(EngineReport::range).orElse("-"),
              row.ratio().isPresent() ? decimal(row.ratio().getAsDouble()) : "-",
              row.rivalName()));
    }
    return text.append(roofline.line()).append('\n').toString();
  }

  private static String line(String... cells) {
    return String.format("%-24s %-9s %9s %18s %9s %18s %6s  %s%n", (Object[]) cells);
  }

  private static String range(Spread spread) {
    return decimal(spread.min()) + " to " + decimal(spread.max());
  }

  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
  }
}
