package dev.kvasir.engine.sample;

import java.util.Arrays;

/** The smallest set of the heaviest entries that has a given share of the whole weight. */
final class Nucleus {
  private Nucleus() {}

  /** Sets every weight outside the set to zero; among equals the first ones stay. */
  static void keep(double[] weights, double share) {
    double total = Sampler.sum(weights);
    double[] sorted = candidates(weights, total * (1 - share) / weights.length);
    double sum = 0;
    int kept = 0;
    while (kept < sorted.length && sum < share * total) {
      kept++;
      sum += sorted[sorted.length - kept];
    }
    double least = sorted[sorted.length - kept];
    int equals = 0;
    for (int i = sorted.length - kept; i < sorted.length && sorted[i] == least; i++) {
      equals++;
    }
    drop(weights, least, equals);
  }

  /** The weights from {@code least} on, sorted; lighter ones together have less than the rest. */
  private static double[] candidates(double[] weights, double least) {
    double[] sorted = Arrays.stream(weights).filter(w -> w > 0 && w >= least).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  private static void drop(double[] weights, double least, int equals) {
    int left = equals;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] < least || (weights[i] == least && left-- <= 0)) {
        weights[i] = 0;
      }
    }
  }
}
