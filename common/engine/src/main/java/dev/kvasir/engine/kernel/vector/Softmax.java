package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.Sharpening;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Softmax over blocks of keys that are computed on their own (Milakov, Gimelshein 2018): each row
 * has a maximum and a sum so far, and a block's own are merged into them in the order of the keys
 * by log-sum-exp. Rows lie in the lanes.
 */
final class Softmax {
  /** Below every score, and finite: a row that sees nothing of a block weighs it by 0. */
  static final float LOWEST = -1e30f;

  private static final int LANES = Tile.COLUMNS;

  private final float[] max;
  private final float[] sum;
  private final float[] kept;
  private final float[] added;

  Softmax(int rows) {
    max = new float[rows];
    sum = new float[rows];
    kept = new float[rows];
    added = new float[rows];
  }

  void reset(int rows) {
    Arrays.fill(max, 0, rows, LOWEST);
    Arrays.fill(sum, 0, rows, 0f);
  }

  float sum(int row) {
    return sum[row];
  }

  /** What the last merge leaves of a row's outputs before it. */
  float kept(int row) {
    return kept[row];
  }

  /** What the last merge takes of the block's outputs of a row. */
  float added(int row) {
    return added[row];
  }

  /**
   * Turns scores (count, 16) of a panel of rows, from {@code at} on, into weights relative to the
   * block's own maximum, and merges its maximum and sum.
   */
  void weigh(float[] scores, int at, int count, int panel) {
    for (int lane = 0; lane < LANES; lane += Lanes.COUNT) {
      FloatVector blockMax = maximum(scores, at + lane, count);
      FloatVector blockSum = weights(scores, at + lane, count, blockMax);
      merge(panel * LANES + lane, blockMax, blockSum);
    }
  }

  /** Merges the maxima and sums of a block into as many rows, from {@code row} on. */
  void merge(int row, FloatVector blockMax, FloatVector blockSum) {
    FloatVector oldMax = Lanes.load(max, row);
    FloatVector newMax = oldMax.max(blockMax);
    FloatVector keep = Exp.decay(newMax.sub(oldMax));
    FloatVector add = Exp.decay(newMax.sub(blockMax));
    newMax.intoArray(max, row);
    keep.intoArray(kept, row);
    add.intoArray(added, row);
    Lanes.load(sum, row).fma(keep, blockSum.mul(add)).intoArray(sum, row);
  }

  /** Merges a block's outputs (headDim, 16) of a panel of rows into those before it. */
  void merge(float[] block, int at, float[] outputs, int panel, int headDim) {
    for (int lane = 0; lane < LANES; lane += Lanes.COUNT) {
      FloatVector keep = Lanes.load(kept, panel * LANES + lane);
      FloatVector add = Lanes.load(added, panel * LANES + lane);
      int to = panel * headDim * LANES + lane;
      for (int i = 0; i < headDim; i++) {
        FloatVector part = Lanes.load(block, at + lane + i * LANES).mul(add);
        Lanes.load(outputs, to + i * LANES).fma(keep, part).intoArray(outputs, to + i * LANES);
      }
    }
  }

  /**
   * Gives what rows have seen so far another common share, for outputs (panel, headDim, 16): each
   * becomes one key of that score and its mean value.
   */
  void sharpen(Sharpening sharpening, float[] outputs, int panels, int headDim) {
    for (int row = 0; row < panels * LANES; row++) {
      int first = row / LANES * headDim * LANES + row % LANES;
      for (int i = 0; i < headDim; i++) {
        outputs[first + i * LANES] /= sum[row];
      }
      fold(sharpening, row);
    }
  }

  /** The same for outputs (row, stride); rows past the last have sum 0 and stay so. */
  void sharpen(Sharpening sharpening, float[] outputs, int stride) {
    for (int row = 0; row < LANES && sum[row] > 0; row++) {
      for (int i = 0; i < stride; i++) {
        outputs[row * stride + i] /= sum[row];
      }
      fold(sharpening, row);
    }
  }

  private void fold(Sharpening sharpening, int row) {
    max[row] = sharpening.share(max[row] + (float) StrictMath.log(sum[row]));
    sum[row] = 1;
  }

  private static FloatVector maximum(float[] scores, int at, int count) {
    IntVector result = Ordered.of(Lanes.all(LOWEST));
    for (int key = 0; key < count; key++) {
      result = result.max(Ordered.of(Lanes.load(scores, at + key * LANES)));
    }
    return Ordered.floats(result);
  }

  private static FloatVector weights(float[] scores, int first, int count, FloatVector max) {
    FloatVector total = FloatVector.zero(Lanes.SPECIES);
    for (int key = 0; key < count; key++) {
      int at = first + key * LANES;
      FloatVector weight = Exp.decay(max.sub(Lanes.load(scores, at)));
      weight.intoArray(scores, at);
      total = total.add(weight);
    }
    return total;
  }
}
