package dev.kvasir.engine.kernel.vector;

/**
 * Chooses the register tile for one panel or a pair of them; all give the same bits. Positions are
 * {@link WideTile}'s; strides from panel to panel matter to a pair only.
 */
final class Tiles {
  /** Panels of a pass over the broadcast side. */
  static final int PANELS_AT_ONCE = Lanes.WIDE ? WideTile.PANELS : 1;

  private Tiles() {}

  /**
   * Rows of the tile.
   *
   * @param panels 1, or {@link #PANELS_AT_ONCE}
   */
  static int rows(int panels) {
    if (panels == WideTile.PANELS) {
      return WideTile.ROWS;
    }
    return Lanes.WIDE ? NarrowTile.ROWS : Tile.ROWS;
  }

  static void multiply(
      int panels,
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
    if (panels == WideTile.PANELS) {
      WideTile.multiply(a, aAt, b, bAt, bPanel, terms, c, cAt, cRow, cPanel, accumulate);
    } else if (Lanes.WIDE) {
      NarrowTile.multiply(a, aAt, b, bAt, terms, c, cAt, cRow, accumulate);
    } else {
      Tile.multiply(a, aAt, b, bAt, terms, c, cAt, cRow, accumulate);
    }
  }
}
