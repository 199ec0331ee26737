package dev.kvasir.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a run measured.
 *
 * @param prefillTokensPerSecond of one sequence of 512 tokens
 * @param peakRssBytes largest resident size of the process so far, 0 where the system does not say
 */
public record TtftReport(List<TtftRow> rows, double prefillTokensPerSecond, long peakRssBytes) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String LINE = "%8s  %-8s  %12s  %10s  %10s  %8s%n";

  public TtftReport {
    rows = List.copyOf(rows);
  }

  /** Writes the report as JSON. */
  public void write(Path file) throws IOException {
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), json());
  }

  ObjectNode json() {
    ObjectNode root = MAPPER.createObjectNode();
    ArrayNode array = root.putArray("rows");
    for (TtftRow row : rows) {
      array
          .addObject()
          .put("context_tokens", row.contextTokens())
          .put("mode", row.mode().label())
          .put("ttft_ms_median", rounded(row.medianMillis()))
          .put("ttft_ms_min", rounded(row.minMillis()))
          .put("ttft_ms_max", rounded(row.maxMillis()));
    }
    root.put("prefill_512_tokens_per_s", rounded(prefillTokensPerSecond));
    root.put("peak_rss_bytes", peakRssBytes);
    return root;
  }

  /** The table that people read, with each median's ratio to full attention. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(LINE.formatted("context", "mode", "TTFT median", "min ms", "max ms", "to full"));
    for (TtftRow row : rows) {
      text.append(
          LINE.formatted(
              row.contextTokens(),
              row.mode().label(),
              decimal(row.medianMillis()),
              decimal(row.minMillis()),
              decimal(row.maxMillis()),
              decimal(fullMillis(row.contextTokens()) / row.medianMillis()) + "x"));
    }
    text.append("prefill at 512 tokens: %s tokens/s%n".formatted(decimal(prefillTokensPerSecond)));
    text.append("peak resident memory: %d MiB%n".formatted(peakRssBytes >> 20));
    return text.toString();
  }

  private double fullMillis(int contextTokens) {
    return rows.stream()
        .filter(row -> row.contextTokens() == contextTokens && row.mode() == TtftMode.FULL)
        .mapToDouble(TtftRow::medianMillis)
        .findFirst()
        .orElse(Double.NaN);
  }

  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
