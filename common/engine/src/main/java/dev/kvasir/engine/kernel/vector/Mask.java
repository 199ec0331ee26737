package dev.kvasir.engine.kernel.vector;

/** Hides keys from the rows that come before them. */
final class Mask {
  private Mask() {}

  /**
   * Sets scores[key][lane], from {@code at} on, to minus infinity where row {@code firstRow + lane}
   * of the tile comes before the key.
   *
   * @param start position of the block's first key
   * @param group rows that are of one token
   */
  static void causal(
      float[] scores,
      int at,
      int count,
      FlashAttention.Tile tile,
      int start,
      int firstRow,
      int group) {
    for (int lane = 0; lane < Tile.COLUMNS; lane++) {
      int token = Math.min(tile.to() - 1, tile.from() + (firstRow + lane) / group);
      int seen = Math.max(0, tile.query().positions()[token] - start + 1);
      for (int key = seen; key < count; key++) {
        scores[at + key * Tile.COLUMNS + lane] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
