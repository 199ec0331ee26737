package dev.kvasir.engine.kernel.vector;

/** Rows to panels: what the tiles read as their broadcast side. */
final class Panels {
  private static final int STEP = 4;

  private Panels() {}

  /**
   * Element (row, k) of {@code rows} rows goes to {@code to + (row / 16) · 16 · terms + 16k + row %
   * 16}. Four rows at a time, so that a line of the target is not fetched for every number.
   */
  static void transpose(
      float[] source, int at, int stride, int rows, int terms, float[] target, int to) {
    int row = 0;
    for (; row + STEP <= rows; row += STEP) {
      int from = at + row * stride;
      int base = to + row / Tile.COLUMNS * Tile.COLUMNS * terms + row % Tile.COLUMNS;
      for (int k = 0; k < terms; k++) {
        target[base + k * Tile.COLUMNS] = source[from + k];
        target[base + k * Tile.COLUMNS + 1] = source[from + stride + k];
        target[base + k * Tile.COLUMNS + 2] = source[from + 2 * stride + k];
        target[base + k * Tile.COLUMNS + 3] = source[from + 3 * stride + k];
      }
    }
    for (; row < rows; row++) {
      int from = at + row * stride;
      int base = to + row / Tile.COLUMNS * Tile.COLUMNS * terms + row % Tile.COLUMNS;
      for (int k = 0; k < terms; k++) {
        target[base + k * Tile.COLUMNS] = source[from + k];
      }
    }
  }
}
