package dev.kvasir.bench.grid;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.bench.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What a run measured, and on what. */
public final class GridReport {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String LINE = "%-10s %-19s %-8s %-5s %16s %9s %16s %9s %6s  %s%n";
  private static final String MISSING = "not installed";

  private final List<GridRow> rows;

  GridReport(List<GridRow> rows) {
    this.rows = List.copyOf(rows);
  }

  /** Writes the report as JSON. */
  public void write(Path file, Path root) throws IOException {
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json(root));
  }

  ObjectNode json(Path root) {
    ObjectNode report = MAPPER.createObjectNode();
    var array = report.putArray("rows");
    for (GridRow row : rows) {
      array.add(json(row));
    }
    report
        .putObject("machine")
        .put("cpu", Machine.processor())
        .put("cores", Runtime.getRuntime().availableProcessors())
        .put("jdk", Runtime.version().toString())
        .put("commit", Machine.commit(root))
        .put("flags", Machine.flags());
    return report;
  }

  private static ObjectNode json(GridRow row) {
    ObjectNode node =
        MAPPER
            .createObjectNode()
            .put("grid", row.grid().label())
            .put("work", row.work().label())
            .put("kv", row.kv().name().toLowerCase(Locale.ROOT))
            .put("unit", row.work().unit());
    put(node, "own", Optional.of(row.own()));
    put(node, "rival", row.rival());
    return node.put("rival_name", row.rival().map(Figures::name).orElse(MISSING))
        .put("ratio", orNull(row.ratio()));
  }

  private static void put(ObjectNode node, String side, Optional<Figures> figures) {
    node.put(side, figures.map(each -> rounded(each.spread().median())).orElse(null))
        .put(side + "_min", figures.map(each -> rounded(each.spread().min())).orElse(null))
        .put(side + "_max", figures.map(each -> rounded(each.spread().max())).orElse(null))
        .put(
            side + "_cpu_s_per_gib",
            orNull(figures.map(Figures::processorSeconds).orElse(OptionalDouble.empty())));
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? (Double) rounded(value.getAsDouble()) : null;
  }

  /** The table that people read. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        LINE.formatted(
            "grid",
            "work",
            "kv",
            "unit",
            "own, min to max",
            "CPU s/GiB",
            "rival",
            "CPU s/GiB",
            "ratio",
            "rival is"));
    for (GridRow row : rows) {
      text.append(
          LINE.formatted(
              row.grid().label(),
              row.work().label(),
              row.kv().name().toLowerCase(Locale.ROOT),
              row.work().unit(),
              range(row.own()),
              decimal(row.own().processorSeconds()),
              row.rival().map(GridReport::range).orElse("-"),
              decimal(row.rival().map(Figures::processorSeconds).orElse(OptionalDouble.empty())),
              decimal(row.ratio()),
              row.rival().map(Figures::name).orElse(MISSING)));
    }
    return text.toString();
  }

  private static String range(Figures figures) {
    return String.format(
        Locale.ROOT,
        "%.0f (%.0f-%.0f)",
        figures.spread().median(),
        figures.spread().min(),
        figures.spread().max());
  }

  private static String decimal(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.2f", value.getAsDouble()) : "-";
  }

  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
