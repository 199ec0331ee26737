package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.AttentionCall;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * One token's query heads of a KV head against one block of keys: scores (row, key), weights (key,
 * 16), outputs (row, headDim). The same sums in the same order as {@link AttentionTile}. One
 * thread's scratch.
 */
final class TokenBlock {
  private static final int LANES = Tile.COLUMNS;
  private static final int KEYS = KeyBlock.KEYS;

  private final int headDim;
  private final KeyBlock block;
  private final float[] queries;
  private final float[] rotated;
  private final float[] scores = new float[LANES * KEYS];
  private final float[] weights = new float[KEYS * LANES];

  TokenBlock(int headDim, KeyBlock block) {
    this.headDim = headDim;
    this.block = block;
    queries = new float[headDim * LANES];
    rotated = new float[headDim * LANES];
  }

  /**
   * Writes 16 maxima, 16 sums and a row of outputs for each query head.
   *
   * @param at where in {@code results}
   * @param rowStride from a row of outputs to the next
   */
  void run(AttentionCall call, TokenAttention.Part part, float[] results, int at, int rowStride) {
    FlashAttention.Tile tile = part.tile();
    int rows = tile.group(call);
    QueryRows.load(call, tile, queries);
    QueryRotation.by(call.rope(), part.span().start(), queries, rotated, 1);
    Lanes.scale(rotated, headDim * LANES, part.factor());
    block.load(part.span().segment(), call.layer(), tile.kvHead(), part.first(), part.count());
    score(rows, part.count());
    Arrays.fill(results, at, at + LANES, Softmax.LOWEST);
    Arrays.fill(results, at + LANES, at + 2 * LANES, 0f);
    for (int row = 0; row < rows; row++) {
      results[at + row] = maximum(row, part.count());
      results[at + LANES + row] = weigh(row, part.count(), results[at + row]);
    }
    outputs(rows, part.count(), results, at + 2 * LANES, rowStride);
  }

  private void score(int rows, int count) {
    int size = headDim * LANES;
    for (int row = 0; row < rows; row += FlatTile.ROWS) {
      for (int key = 0; key < count; key += FlatTile.PANELS * LANES) {
        FlatTile.multiply(
            rotated,
            row,
            block.keys(),
            key * headDim,
            size,
            headDim,
            scores,
            row * KEYS + key,
            KEYS,
            LANES);
      }
    }
  }

  /** The largest score of a row, whose vector past its last key is filled up. */
  private float maximum(int row, int count) {
    int at = row * KEYS;
    int end = (count + LANES - 1) / LANES * LANES;
    Arrays.fill(scores, at + count, at + end, Float.NEGATIVE_INFINITY);
    IntVector max = Ordered.of(Lanes.all(Softmax.LOWEST));
    for (int key = 0; key < end; key += Lanes.COUNT) {
      max = max.max(Ordered.of(Lanes.load(scores, at + key)));
    }
    return Ordered.floats(max).reduceLanes(VectorOperators.MAX);
  }

  /** Weights of a row relative to its maximum; their sum, in the order of the keys. */
  private float weigh(int row, int count, float max) {
    int at = row * KEYS;
    FloatVector most = Lanes.all(max);
    for (int key = 0; key < count; key += Lanes.COUNT) {
      Exp.decay(most.sub(Lanes.load(scores, at + key))).intoArray(scores, at + key);
    }
    float total = 0;
    for (int key = 0; key < count; key++) {
      float weight = scores[at + key];
      weights[key * LANES + row] = weight;
      total += weight;
    }
    return total;
  }

  private void outputs(int rows, int count, float[] results, int at, int rowStride) {
    for (int row = 0; row < rows; row += FlatTile.ROWS) {
      for (int column = 0; column < rowStride; column += FlatTile.PANELS * LANES) {
        FlatTile.multiply(
            weights,
            row,
            block.values(),
            column * KEYS,
            KeyBlock.STRIDE,
            count,
            results,
            at + row * rowStride + column,
            rowStride,
            LANES);
      }
    }
  }
}
