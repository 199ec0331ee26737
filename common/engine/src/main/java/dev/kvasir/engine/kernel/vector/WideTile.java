package dev.kvasir.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;

/**
 * {@link Tile} for vectors of 512 bits, of which one is a whole row of a panel: 8 rows by two
 * panels, sixteen accumulators of 32 registers, and the same bits. Measured against 4 rows by 16
 * columns in vectors of 256 bits: 1.5 times as many operations a second (ops/docs/decisions.md).
 *
 * <p>Element (k, j) of the two panels lies at {@code bAt + (j / 16) · bPanel + 16k + j % 16},
 * result (r, j) at {@code cAt + r · cRow + (j / 16) · cPanel + j % 16}.
 */
final class WideTile {
  static final int ROWS = 8;
  static final int PANELS = 2;

  private WideTile() {}

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
      int cPanel,
      boolean accumulate) {
    FloatVector c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61, c70, c71;
    if (accumulate) {
      c00 = Lanes.load(c, cAt);
      c01 = Lanes.load(c, cAt + cPanel);
      c10 = Lanes.load(c, cAt + cRow);
      c11 = Lanes.load(c, cAt + cRow + cPanel);
      c20 = Lanes.load(c, cAt + 2 * cRow);
      c21 = Lanes.load(c, cAt + 2 * cRow + cPanel);
      c30 = Lanes.load(c, cAt + 3 * cRow);
      c31 = Lanes.load(c, cAt + 3 * cRow + cPanel);
      c40 = Lanes.load(c, cAt + 4 * cRow);
      c41 = Lanes.load(c, cAt + 4 * cRow + cPanel);
      c50 = Lanes.load(c, cAt + 5 * cRow);
      c51 = Lanes.load(c, cAt + 5 * cRow + cPanel);
      c60 = Lanes.load(c, cAt + 6 * cRow);
      c61 = Lanes.load(c, cAt + 6 * cRow + cPanel);
      c70 = Lanes.load(c, cAt + 7 * cRow);
      c71 = Lanes.load(c, cAt + 7 * cRow + cPanel);
    } else {
      c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = FloatVector.zero(Lanes.SPECIES);
      c40 = c41 = c50 = c51 = c60 = c61 = c70 = c71 = FloatVector.zero(Lanes.SPECIES);
    }
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
      x = Lanes.all(a[aAt + k * Tile.COLUMNS + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = Lanes.all(a[aAt + k * Tile.COLUMNS + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      x = Lanes.all(a[aAt + k * Tile.COLUMNS + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      x = Lanes.all(a[aAt + k * Tile.COLUMNS + 7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + cPanel);
    c10.intoArray(c, cAt + cRow);
    c11.intoArray(c, cAt + cRow + cPanel);
    c20.intoArray(c, cAt + 2 * cRow);
    c21.intoArray(c, cAt + 2 * cRow + cPanel);
    c30.intoArray(c, cAt + 3 * cRow);
    c31.intoArray(c, cAt + 3 * cRow + cPanel);
    c40.intoArray(c, cAt + 4 * cRow);
    c41.intoArray(c, cAt + 4 * cRow + cPanel);
    c50.intoArray(c, cAt + 5 * cRow);
    c51.intoArray(c, cAt + 5 * cRow + cPanel);
    c60.intoArray(c, cAt + 6 * cRow);
    c61.intoArray(c, cAt + 6 * cRow + cPanel);
    c70.intoArray(c, cAt + 7 * cRow);
    c71.intoArray(c, cAt + 7 * cRow + cPanel);
  }
}
