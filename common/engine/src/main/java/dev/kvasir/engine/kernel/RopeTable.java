package dev.kvasir.engine.kernel;

import java.util.Arrays;

/**
 * Cosines and sines of rotary position embedding (Su et al. 2021), angles {@code position ·
 * base^(-2i/headDim)} computed in double and rounded once. Pairs are (i, i + headDim/2), Hugging
 * Face's order.
 */
public final class RopeTable {
  private final int half;
  private final float[] cos;
  private final float[] sin;

  public RopeTable(int positions, int headDim, double base) {
    this(positions, frequencies(headDim, base));
  }

  /**
   * A table of other frequencies.
   *
   * @param frequencies radians that each pair turns a token
   */
  public RopeTable(int positions, double[] frequencies) {
    half = frequencies.length;
    cos = new float[positions * half];
    sin = new float[positions * half];
    for (int i = 0; i < half; i++) {
      for (int position = 0; position < positions; position++) {
        double angle = position * frequencies[i];
        cos[position * half + i] = (float) StrictMath.cos(angle);
        sin[position * half + i] = (float) StrictMath.sin(angle);
      }
    }
  }

  /** {@code base^(-2i/headDim)} for each pair i. */
  public static double[] frequencies(int headDim, double base) {
    double[] frequencies = new double[headDim / 2];
    Arrays.setAll(frequencies, i -> StrictMath.pow(base, -2.0 * i / headDim));
    return frequencies;
  }

  /** Pairs in a head. */
  public int half() {
    return half;
  }

  public int positions() {
    return cos.length / half;
  }

  /** (position, pair). */
  public float[] cos() {
    return cos;
  }

  /** (position, pair). */
  public float[] sin() {
    return sin;
  }

  /** Rotates the head at {@code at} of {@code source} to {@code position}, into {@code target}. */
  public void rotate(float[] source, int at, int position, float[] target, int to) {
    int row = position * half;
    for (int i = 0; i < half; i++) {
      float a = source[at + i];
      float b = source[at + half + i];
      float c = cos[row + i];
      float s = sin[row + i];
      target[to + i] = Math.fma(a, c, -(b * s));
      target[to + half + i] = Math.fma(b, c, a * s);
    }
  }
}
