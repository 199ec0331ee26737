package dev.kvasir.bench.eval;

import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars with intervals, as an SVG picture that needs nothing else.
 *
 * @param unit behind each figure
 */
record BarChart(String title, String unit, List<Bar> bars) {
  private static final int LABELS = 190;
  private static final int PLOT = 420;
  private static final int VALUES = 110;
  private static final int LINE = 24;
  private static final int HEAD = 34;

  BarChart {
    bars = List.copyOf(bars);
  }

  /** One bar, from 0 to the mean. */
  record Bar(String label, Interval value) {}

  /** The whole picture. */
  String svg() {
    double most = bars.stream().mapToDouble(bar -> bar.value().high()).max().orElse(1);
    double scale = PLOT / Math.max(most, 1e-9);
    int width = LABELS + PLOT + VALUES;
    int height = HEAD + bars.size() * LINE + 8;
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" \
        font-family="sans-serif" font-size="13">
        <rect width="100%%" height="100%%" fill="white"/>
        <text x="8" y="20" font-weight="bold">%s</text>
        """
            .formatted(width, height, width, height, escaped(title)));
    for (int i = 0; i < bars.size(); i++) {
      svg.append(line(bars.get(i), HEAD + i * LINE, scale));
    }
    return svg.append("</svg>\n").toString();
  }

  private String line(Bar bar, int top, double scale) {
    int middle = top + LINE / 2;
    return String.format(
        Locale.ROOT,
        """
        <text x="%d" y="%d" text-anchor="end">%s</text>
        <rect x="%d" y="%d" width="%.1f" height="%d" fill="#4a7ebb"/>
        <line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="black" stroke-width="1.5"/>
        <text x="%.1f" y="%d">%.1f%s</text>
        """,
        LABELS - 8,
        middle + 4,
        escaped(bar.label()),
        LABELS,
        top + 4,
        Math.max(0, bar.value().mean() * scale),
        LINE - 8,
        LABELS + bar.value().low() * scale,
        LABELS + bar.value().high() * scale,
        middle,
        middle,
        LABELS + bar.value().high() * scale + 8,
        middle + 4,
        bar.value().mean(),
        escaped(unit));
  }

  /** Text inside XML. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
