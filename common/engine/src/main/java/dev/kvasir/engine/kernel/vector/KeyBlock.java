package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kv.CpuSegment;

/**
 * Up to {@value #KEYS} keys and values of one KV head, widened to floats: keys as panels of 16 keys
 * (headDim, 16), values as panels of 16 columns (key, 16). What attention computes of a block
 * depends on nothing outside it, so that blocks may be dealt out to threads; a segment's blocks
 * always begin at its first token. One thread's scratch.
 */
final class KeyBlock {
  static final int KEYS = 192;

  /** From a panel of values, or of scores, to the next. */
  static final int STRIDE = KEYS * Tile.COLUMNS;

  private final int headDim;
  private final float[] rows;
  private final float[] keys;
  private final float[] values;

  KeyBlock(int headDim) {
    this.headDim = headDim;
    rows = new float[KEYS * headDim];
    keys = new float[KEYS * headDim];
    values = new float[valuePanels(headDim) * STRIDE];
  }

  /** Panels of values, an even number: the last one may have no columns. */
  static int valuePanels(int headDim) {
    int pair = FlatTile.PANELS * Tile.COLUMNS;
    return (headDim + pair - 1) / pair * FlatTile.PANELS;
  }

  float[] keys() {
    return keys;
  }

  float[] values() {
    return values;
  }

  void load(CpuSegment segment, int layer, int kvHead, int first, int count) {
    long at = segment.row(layer, kvHead, first);
    WidenedRows.keys(segment, at, count, rows);
    Panels.transpose(rows, 0, headDim, count, headDim, keys, 0);
    WidenedRows.values(segment, at, count, rows);
    for (int panel = 0; panel < headDim / Tile.COLUMNS; panel++) {
      int to = panel * STRIDE;
      for (int key = 0; key < count; key++) {
        int from = key * headDim + panel * Tile.COLUMNS;
        for (int lane = 0; lane < Tile.COLUMNS; lane += Lanes.COUNT) {
          Lanes.load(rows, from + lane).intoArray(values, to + key * Tile.COLUMNS + lane);
        }
      }
    }
  }
}
