package dev.kvasir.cli.quickstart;

import dev.kvasir.cli.console.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All rows of a quickstart and what they say. */
public record Results(List<Row> rows) {
  private static final int ANSWER_WIDTH = 44;

  /** Ratios closer to 1 than this are noise on a busy machine. */
  private static final double EVEN = 0.05;

  private static final String LOSS =
      " Block mode cost answers here, as with any model that is not trained for block attention.";

  public Results {
    rows = List.copyOf(rows);
  }

  /** The table that people read. */
  public String table() {
    TextTable table =
        TextTable.of(
            "question>",
            "mode",
            "prompt>",
            "computed>",
            "cached>",
            "TTFT ms>",
            "speed-up>",
            "right",
            "answer");
    for (Row row : rows) {
      table.row(
          row.question() + 1,
          row.mode().label(),
          row.answer().promptTokens(),
          row.answer().computedTokens(),
          row.answer().cachedTokens(),
          decimal(row.millis()),
          decimal(fullMillis(row.question()) / row.millis()) + "x",
          row.right() ? "yes" : "NO",
          TextTable.shorten(row.answer().text(), ANSWER_WIDTH));
    }
    return table.toString();
  }

  /** What was faster than full attention and what was not, from the numbers. */
  public String verdict() {
    String speeds =
        Stream.of(Mode.BLOCK_COLD, Mode.BLOCK_WARM, Mode.BLOCK_REORDERED)
            .map(mode -> mode.label() + " " + comparison(mode))
            .collect(Collectors.joining("; "));
    String answers =
        Stream.of(Mode.values())
            .map(mode -> "%s %d of %d".formatted(mode.label(), right(mode), of(mode).count()))
            .collect(Collectors.joining(", "));
    return """
    Time to first token, all questions together, against full attention: %s.
    Only the first token is faster: decoding the rest costs the same in every mode.
    Right answers: %s.%s\
    """
        .formatted(speeds, answers, blockLosesAnswers() ? LOSS : "");
  }

  private boolean blockLosesAnswers() {
    return Stream.of(Mode.values()).anyMatch(mode -> right(mode) < right(Mode.FULL));
  }

  private String comparison(Mode mode) {
    double ratio = totalMillis(Mode.FULL) / totalMillis(mode);
    if (Math.abs(ratio - 1) < EVEN) {
      return "was about as fast";
    }
    return ratio > 1
        ? "was %s times faster".formatted(decimal(ratio))
        : "was SLOWER, it took %s times as long".formatted(decimal(1 / ratio));
  }

  private double totalMillis(Mode mode) {
    return of(mode).mapToDouble(Row::millis).sum();
  }

  private long right(Mode mode) {
    return of(mode).filter(Row::right).count();
  }

  private Stream<Row> of(Mode mode) {
    return rows.stream().filter(row -> row.mode() == mode);
  }

  private double fullMillis(int question) {
    return of(Mode.FULL)
        .filter(row -> row.question() == question)
        .mapToDouble(Row::millis)
        .findFirst()
        .orElse(Double.NaN);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }
}
