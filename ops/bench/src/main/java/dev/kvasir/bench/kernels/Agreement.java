package dev.kvasir.bench.kernels;

import dev.kvasir.bench.BenchException;
import dev.kvasir.engine.kernel.Rows;

/** Compares a kernel's result with the textbook one's. */
final class Agreement {
  private static final double TOLERANCE = 1e-4;

  private Agreement() {}

  /** Allows an error relative to the largest number of the row: sums are in another order. */
  static void check(String what, Rows expected, Rows actual) {
    for (int row = 0; row < expected.rows(); row++) {
      double largest = 1e-6;
      double error = 0;
      for (int i = 0; i < expected.width(); i++) {
        float wanted = expected.data()[expected.at(row) + i];
        float got = actual.data()[actual.at(row) + i];
        largest = Math.max(largest, Math.abs(wanted));
        error = Float.isFinite(got) ? Math.max(error, Math.abs(wanted - got)) : Double.MAX_VALUE;
      }
      if (error > TOLERANCE * largest) {
        throw new BenchException(
            "%s: row %d differs from the scalar kernel's by %.3g of %.3g"
                .formatted(what, row, error, largest));
      }
    }
  }
}
