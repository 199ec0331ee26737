package dev.kvasir.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;

/**
 * {@link Tile} for few rows and many columns, as in the attention of one token: 4 rows by two
 * panels, eight accumulators of 512 bits where a vector is a whole row of a panel, and the same
 * bits. Positions are {@link WideTile}'s.
 */
final class FlatTile {
  static final int ROWS = 4;
  static final int PANELS = 2;

  private FlatTile() {}

  /** a(r, k) at {@code aAt + 16k + r}. */
  static void multiply(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bPanel,
      int terms,
      float[] c,
      int cAt,
      int cRow,
      int cPanel) {
    if (Lanes.WIDE) {
      wide(a, aAt, b, bAt, bPanel, terms, c, cAt, cRow, cPanel);
    } else {
      Tile.multiply(a, aAt, b, bAt, terms, c, cAt, cRow, false);
      Tile.multiply(a, aAt, b, bAt + bPanel, terms, c, cAt + cPanel, cRow, false);
    }
  }

  private static void wide(
      float[] a,
      int aAt,
      float[] b,
      int bAt,
      int bPanel,
      int terms,
      float[] c,
      int cAt,
      int cRow,
      int cPanel) {
    FloatVector c00, c01, c10, c11, c20, c21, c30, c31;
    c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = FloatVector.zero(Lanes.SPECIES);
    for (int k = 0; k < terms; k++) {
      FloatVector b0 = Lanes.load(b, bAt + k * Tile.COLUMNS);
      FloatVector b1 = Lanes.load(b, bAt + bPanel + k * Tile.COLUMNS);
      FloatVector x = Lanes.all(a[aAt + k * Tile.COLUMNS]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = Lanes.all(a[aAt + k * Tile.COLUMNS + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = Lanes.all(a[aAt + k * Tile.COLUMNS + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = Lanes.all(a[aAt + k * Tile.COLUMNS + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + cPanel);
    c10.intoArray(c, cAt + cRow);
    c11.intoArray(c, cAt + cRow + cPanel);
    c20.intoArray(c, cAt + 2 * cRow);
    c21.intoArray(c, cAt + 2 * cRow + cPanel);
    c30.intoArray(c, cAt + 3 * cRow);
    c31.intoArray(c, cAt + 3 * cRow + cPanel);
  }
}
