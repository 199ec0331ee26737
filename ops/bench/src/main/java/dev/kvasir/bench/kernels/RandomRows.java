package dev.kvasir.bench.kernels;

import dev.kvasir.engine.kernel.RowSource;
import dev.kvasir.engine.kernel.Rows;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * Weights of random Q4_1 blocks, which a matrix keeps as they are or, with another form, as the
 * numbers that they mean.
 */
final class RandomRows implements RowSource {
  private static final int GROUP = 32;
  private static final int BLOCK_BYTES = 20;
  private static final int QUANTS_AT = 4;
  private static final float SCALE = 1 / 256f;

  private final Form form;
  private final byte[][] rows;

  RandomRows(Form form, int outputs, int inputs, long seed) {
    this.form = form;
    Random random = new Random(seed);
    rows = new byte[outputs][inputs / GROUP * BLOCK_BYTES];
    for (byte[] row : rows) {
      random.nextBytes(row);
      for (int at = 0; at < row.length; at += BLOCK_BYTES) {
        ByteBuffer block = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
        block.putShort(at, Float.floatToFloat16((float) random.nextGaussian() * SCALE));
        block.putShort(at + 2, Float.floatToFloat16((float) random.nextGaussian() * SCALE));
      }
    }
  }

  /** Rows of normal numbers. */
  static Rows activations(int rows, int width, long seed) {
    Rows made = Rows.allocate(rows, width);
    Random random = new Random(seed);
    for (int i = 0; i < made.data().length; i++) {
      made.data()[i] = (float) random.nextGaussian();
    }
    return made;
  }

  @Override
  public Row row(int output) {
    byte[] bytes = rows[output];
    return new Row() {
      @Override
      public void read(float[] target) {
        meaning(bytes, target);
      }

      @Override
      public Form form() {
        return form;
      }

      @Override
      public MemorySegment blocks() {
        return MemorySegment.ofArray(bytes);
      }
    };
  }

  private static void meaning(byte[] row, float[] target) {
    ByteBuffer blocks = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < row.length / BLOCK_BYTES * GROUP; i++) {
      int at = i / GROUP * BLOCK_BYTES;
      int inBlock = i % GROUP;
      int pair = row[at + QUANTS_AT + inBlock % (GROUP / 2)] & 0xFF;
      int quant = inBlock < GROUP / 2 ? pair & 0xF : pair >> 4;
      float product = Float.float16ToFloat(blocks.getShort(at)) * quant;
      target[i] = product + Float.float16ToFloat(blocks.getShort(at + 2));
    }
  }
}
