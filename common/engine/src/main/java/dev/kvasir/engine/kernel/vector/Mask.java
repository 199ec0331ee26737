package dev.kvasir.engine.kernel.vector;

/** Hides keys from the rows that come before them. */
final class Mask {
  private Mask() {}

  /**
   * Sets scores[key][lane], from {@code at} on, to minus infinity where row {@code firstRow +
   * lane}, which sees {@code limit + row / group} keys of this block, does not see the key.
   */
  static void causal(float[] scores, int at, int count, int limit, int firstRow, int group) {
    for (int lane = 0; lane < Tile.COLUMNS; lane++) {
      int seen = Math.max(0, limit + (firstRow + lane) / group);
      for (int key = seen; key < count; key++) {
        scores[at + key * Tile.COLUMNS + lane] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
