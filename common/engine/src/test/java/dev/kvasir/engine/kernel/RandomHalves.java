package dev.kvasir.engine.kernel;

import java.util.Random;

/**
 * A matrix of random float16 numbers of every finite kind: normal, below the normal range, zero.
 */
final class RandomHalves implements RowSource {
  private static final int EXPONENT = 0x7C00;

  private final float[][] rows;

  RandomHalves(int outputs, int inputs, int seed) {
    rows = new float[outputs][inputs];
    Random random = new Random(seed);
    for (float[] row : rows) {
      for (int k = 0; k < inputs; k++) {
        int bits = random.nextInt(1 << Short.SIZE);
        boolean finite = (bits & EXPONENT) != EXPONENT;
        row[k] = Float.float16ToFloat((short) (finite ? bits : bits & ~EXPONENT));
      }
    }
  }

  @Override
  public Row row(int output) {
    return new Row() {
      @Override
      public void read(float[] target) {
        System.arraycopy(rows[output], 0, target, 0, target.length);
      }

      @Override
      public Form form() {
        return Form.FLOAT16;
      }
    };
  }
}
