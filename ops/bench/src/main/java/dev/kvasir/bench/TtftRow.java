package dev.kvasir.bench;

import java.util.List;

/** Times to first token of one context length and mode, in milliseconds. */
public record TtftRow(
    int contextTokens, TtftMode mode, double medianMillis, double minMillis, double maxMillis) {

  static TtftRow of(int contextTokens, TtftMode mode, List<Double> millis) {
    List<Double> sorted = millis.stream().sorted().toList();
    return new TtftRow(contextTokens, mode, median(sorted), sorted.getFirst(), sorted.getLast());
  }

  /** Of sorted values; the mean of the middle two where there is no middle one. */
  public static double median(List<Double> sorted) {
    int upper = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(upper)
        : (sorted.get(upper - 1) + sorted.get(upper)) / 2;
  }
}
