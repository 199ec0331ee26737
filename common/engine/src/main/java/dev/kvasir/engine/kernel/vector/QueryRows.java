package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.AttentionCall;
import dev.kvasir.engine.kernel.RopeTable;
import dev.kvasir.engine.kernel.Rows;
import java.util.Arrays;

/** Queries of a tile as panels (headDim, 16), a row a lane: all heads of a token, then the next. */
final class QueryRows {
  private static final int LANES = Tile.COLUMNS;

  private QueryRows() {}

  /** Rotated by their position and scaled by 1/√headDim; lanes without a row are 0. */
  static void load(AttentionCall call, FlashAttention.Tile tile, float[] target) {
    int headDim = 2 * call.rope().half();
    int group = tile.group(call);
    int rows = tile.rows(call);
    Arrays.fill(target, 0, (rows + LANES - 1) / LANES * headDim * LANES, 0f);
    float[] head = new float[headDim];
    float scale = (float) (1 / Math.sqrt(headDim));
    Rows source = call.queries();
    RopeTable rope = call.rope();
    for (int row = 0; row < rows; row++) {
      int token = tile.from() + row / group;
      int at =
          source.at(tile.query().firstRow() + token)
              + (tile.kvHead() * group + row % group) * headDim;
      rope.rotate(source.data(), at, tile.query().positions()[token], head, 0);
      int to = row / LANES * headDim * LANES + row % LANES;
      for (int i = 0; i < headDim; i++) {
        target[to + i * LANES] = head[i] * scale;
      }
    }
  }
}
