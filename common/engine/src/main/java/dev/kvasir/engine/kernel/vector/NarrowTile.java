package dev.kvasir.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;

/**
 * {@link Tile} for one panel where a vector is a whole row of it, the odd one behind pairs of
 * panels: 8 rows by one vector, the same eight accumulators and the same bits.
 */
final class NarrowTile {
  static final int ROWS = 8;

  private NarrowTile() {}

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
    FloatVector c0, c1, c2, c3, c4, c5, c6, c7;
    if (accumulate) {
      c0 = Lanes.load(c, cAt);
      c1 = Lanes.load(c, cAt + cRow);
      c2 = Lanes.load(c, cAt + 2 * cRow);
      c3 = Lanes.load(c, cAt + 3 * cRow);
      c4 = Lanes.load(c, cAt + 4 * cRow);
      c5 = Lanes.load(c, cAt + 5 * cRow);
      c6 = Lanes.load(c, cAt + 6 * cRow);
      c7 = Lanes.load(c, cAt + 7 * cRow);
    } else {
      c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = FloatVector.zero(Lanes.SPECIES);
    }
    for (int k = 0; k < terms; k++) {
      FloatVector value = Lanes.load(b, bAt + k * Tile.COLUMNS);
      c0 = Lanes.all(a[aAt + k * Tile.COLUMNS]).fma(value, c0);
      c1 = Lanes.all(a[aAt + k * Tile.COLUMNS + 1]).fma(value, c1);
      c2 = Lanes.all(a[aAt + k * Tile.COLUMNS + 2]).fma(value, c2);
      c3 = Lanes.all(a[aAt + k * Tile.COLUMNS + 3]).fma(value, c3);
      c4 = Lanes.all(a[aAt + k * Tile.COLUMNS + 4]).fma(value, c4);
      c5 = Lanes.all(a[aAt + k * Tile.COLUMNS + 5]).fma(value, c5);
      c6 = Lanes.all(a[aAt + k * Tile.COLUMNS + 6]).fma(value, c6);
      c7 = Lanes.all(a[aAt + k * Tile.COLUMNS + 7]).fma(value, c7);
    }
    c0.intoArray(c, cAt);
    c1.intoArray(c, cAt + cRow);
    c2.intoArray(c, cAt + 2 * cRow);
    c3.intoArray(c, cAt + 3 * cRow);
    c4.intoArray(c, cAt + 4 * cRow);
    c5.intoArray(c, cAt + 5 * cRow);
    c6.intoArray(c, cAt + 6 * cRow);
    c7.intoArray(c, cAt + 7 * cRow);
  }
}
