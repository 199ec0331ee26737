package dev.kvasir.cli.console;

import java.util.ArrayList;
import java.util.List;

/** A table of aligned columns: text to the left, numbers to the right. Not thread-safe. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  private TextTable(List<Column> columns) {
    this.columns = columns;
    rows.add(columns.stream().map(Column::name).toList());
  }

  /** A column whose name ends in {@code >} is aligned to the right. */
  public static TextTable of(String... columns) {
    return new TextTable(List.of(columns).stream().map(Column::of).toList());
  }

  /** Adds a row with a cell for every column. */
  public TextTable row(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "a row needs %d cells: cells=%d".formatted(columns.size(), cells.length));
    }
    rows.add(List.of(cells).stream().map(cell -> plain(cell.toString())).toList());
    return this;
  }

  /** Cuts a text to at most {@code width} characters, on one line. */
  public static String shorten(String text, int width) {
    String line = plain(text);
    return line.length() <= width ? line : line.substring(0, width - 3).stripTrailing() + "...";
  }

  private static String plain(String text) {
    return text.strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
  }

  @Override
  public String toString() {
    int[] widths = new int[columns.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      text.append(line(row, widths)).append('\n');
    }
    return text.toString();
  }

  private String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - row.get(i).length());
      line.append(i == 0 ? "" : GAP);
      line.append(columns.get(i).right() ? padding + row.get(i) : row.get(i) + padding);
    }
    return line.toString().stripTrailing();
  }

  private record Column(String name, boolean right) {
    static Column of(String name) {
      return name.endsWith(">")
          ? new Column(name.substring(0, name.length() - 1), true)
          : new Column(name, false);
    }
  }
}
