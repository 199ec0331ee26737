package dev.kvasir.cli.probe;

import java.util.ArrayList;
import java.util.List;

/** Times in milliseconds, of two kinds that are to be told apart or not. Not thread-safe. */
final class Samples {
  private final List<Double> hits = new ArrayList<>();
  private final List<Double> misses = new ArrayList<>();

  void add(boolean hit, double millis) {
    (hit ? hits : misses).add(millis);
  }

  double auc() {
    return Separation.auc(array(hits), array(misses));
  }

  double hitMedian() {
    return Separation.median(array(hits));
  }

  double missMedian() {
    return Separation.median(array(misses));
  }

  int count() {
    return hits.size() + misses.size();
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
