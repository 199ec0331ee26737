package dev.kvasir.cli.probe;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** How well one number tells two samples apart. */
final class Separation {
  private Separation() {}

  /**
   * The area under the ROC curve (Mann and Whitney, 1947): how probably a member of one sample is
   * smaller than one of the other, whichever way round that is likelier. Ties count half. 0.5: they
   * cannot be told apart; 1: every one can.
   */
  static double auc(double[] one, double[] other) {
    double[] sorted = other.clone();
    Arrays.sort(sorted);
    double wins = DoubleStream.of(one).map(value -> larger(sorted, value)).sum();
    double auc = wins / ((double) one.length * other.length);
    return Math.max(auc, 1 - auc);
  }

  /** How many of the sorted values are larger; equal ones count half. */
  private static double larger(double[] sorted, double value) {
    int below = firstAtLeast(sorted, value);
    int notAbove = firstAtLeast(sorted, Math.nextUp(value));
    return sorted.length - notAbove + (notAbove - below) / 2.0;
  }

  private static int firstAtLeast(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }
}
