package dev.kvasir.engine.kernel.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Running softmax of the rows of a tile (Milakov, Gimelshein 2018): maximum and sum so far. Partial
 * results of segments merge by the same rescaling, which is log-sum-exp.
 */
final class Softmax {
  private static final int LANES = Tile.COLUMNS;

  private final float[] max;
  private final float[] sum;

  Softmax(int rows) {
    max = new float[rows];
    sum = new float[rows];
  }

  void reset(int rows) {
    Arrays.fill(max, 0, rows, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0, rows, 0f);
  }

  float sum(int row) {
    return sum[row];
  }

  /**
   * Turns scores (count, 16), from {@code at} on, into weights relative to the new maximum and
   * rescales the panel's outputs (headDim, 16) to it. Only the first {@code lanes} rows of the
   * panel are in use.
   */
  void update(
      float[] scores, int at, int count, int lanes, float[] outputs, int panel, int headDim) {
    for (int lane = 0; lane < lanes; lane += Lanes.COUNT) {
      int row = panel * LANES + lane;
      FloatVector oldMax = Lanes.load(max, row);
      FloatVector newMax = maximum(scores, at + lane, count, oldMax);
      FloatVector added = weights(scores, at + lane, count, newMax);
      newMax.intoArray(max, row);
      FloatVector correction = Exp.exp(oldMax.sub(newMax));
      Lanes.load(sum, row).fma(correction, added).intoArray(sum, row);
      if (oldMax.compare(VectorOperators.LT, newMax).anyTrue()) {
        rescale(outputs, panel * headDim * LANES + lane, headDim, correction);
      }
    }
  }

  private static FloatVector maximum(float[] scores, int at, int count, FloatVector start) {
    FloatVector result = start;
    for (int key = 0; key < count; key++) {
      result = result.max(Lanes.load(scores, at + key * LANES));
    }
    return result;
  }

  private static FloatVector weights(float[] scores, int first, int count, FloatVector newMax) {
    FloatVector total = FloatVector.zero(Lanes.SPECIES);
    for (int key = 0; key < count; key++) {
      int at = first + key * LANES;
      FloatVector weight = Exp.exp(Lanes.load(scores, at).sub(newMax));
      weight.intoArray(scores, at);
      total = total.add(weight);
    }
    return total;
  }

  private static void rescale(float[] outputs, int at, int headDim, FloatVector correction) {
    for (int i = 0; i < headDim; i++) {
      Lanes.load(outputs, at + i * LANES).mul(correction).intoArray(outputs, at + i * LANES);
    }
  }
}
