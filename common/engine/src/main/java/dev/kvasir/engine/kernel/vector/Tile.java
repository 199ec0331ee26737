package dev.kvasir.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;

/**
 * The register tiles of every product, 4 rows by {@value #COLUMNS} columns:
 *
 * <pre>c[r][j] = (accumulate ? c[r][j] : 0) + Σ_k a(r, k) · b[k][j]</pre>
 *
 * with one fused multiply-add per term, in the order of k. So a result has the same bits in every
 * tile, species and split of k. a and b are panels, element (k, j) at {@code bAt + 16k + j}: C2
 * drops the range checks of the loop only if the step of k is a constant, and has one address for
 * all rows. Two vectors of columns by four rows are eight accumulators, what C2 keeps in 16
 * registers; larger tiles spill (cpu-compute.md).
 */
final class Tile {
  static final int ROWS = 4;
  static final int COLUMNS = 16;

  private Tile() {}

  /** a(r, k) at {@code aAt + 16k + r}. */
  static void multiply(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int terms,
      float[] c,
      int cAt,
      int cRow,
      boolean accumulate) {
    for (int column = 0; column < COLUMNS; column += 2 * Lanes.COUNT) {
      half(a, aAt, b, bAt + column, terms, c, cAt + column, cRow, accumulate);
    }
  }

  private static void half(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int terms,
      float[] c,
      int cAt,
      int cRow,
      boolean accumulate) {
    int n = Lanes.COUNT;
    FloatVector c00, c01, c10, c11, c20, c21, c30, c31;
    if (accumulate) {
      c00 = Lanes.load(c, cAt);
      c01 = Lanes.load(c, cAt + n);
      c10 = Lanes.load(c, cAt + cRow);
      c11 = Lanes.load(c, cAt + cRow + n);
      c20 = Lanes.load(c, cAt + 2 * cRow);
      c21 = Lanes.load(c, cAt + 2 * cRow + n);
      c30 = Lanes.load(c, cAt + 3 * cRow);
      c31 = Lanes.load(c, cAt + 3 * cRow + n);
    } else {
      c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = FloatVector.zero(Lanes.SPECIES);
    }
    for (int k = 0; k < terms; k++) {
      FloatVector b0 = Lanes.load(b, bAt + k * COLUMNS);
      FloatVector b1 = Lanes.load(b, bAt + k * COLUMNS + n);
      FloatVector x = Lanes.all(a[aAt + k * COLUMNS]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = Lanes.all(a[aAt + k * COLUMNS + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = Lanes.all(a[aAt + k * COLUMNS + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = Lanes.all(a[aAt + k * COLUMNS + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + n);
    c10.intoArray(c, cAt + cRow);
    c11.intoArray(c, cAt + cRow + n);
    c20.intoArray(c, cAt + 2 * cRow);
    c21.intoArray(c, cAt + 2 * cRow + n);
    c30.intoArray(c, cAt + 3 * cRow);
    c31.intoArray(c, cAt + 3 * cRow + n);
  }
}
