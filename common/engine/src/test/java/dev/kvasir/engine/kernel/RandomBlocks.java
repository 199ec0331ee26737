package dev.kvasir.engine.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** A matrix of random quantised rows, with the float meaning of each by the format's formula. */
final class RandomBlocks implements RowSource {
  private static final int GROUP = 32;

  private final Form form;
  private final int inputs;
  private final byte[][] rows;

  RandomBlocks(Form form, int outputs, int inputs, int seed) {
    this.form = form;
    this.inputs = inputs;
    rows = new byte[outputs][inputs / GROUP * blockBytes()];
    Random random = new Random(seed);
    for (byte[] row : rows) {
      random.nextBytes(row);
      for (int group = 0; group < inputs / GROUP; group++) {
        ByteBuffer block = block(row, group);
        block.putShort(0, Float.floatToFloat16((float) random.nextGaussian() / GROUP));
        if (form == Form.Q4_1) {
          block.putShort(2, Float.floatToFloat16((float) random.nextGaussian()));
        }
      }
    }
  }

  @Override
  public Row row(int output) {
    byte[] row = rows[output];
    return new Row() {
      @Override
      public void read(float[] target) {
        for (int k = 0; k < inputs; k++) {
          target[k] = value(block(row, k / GROUP), k % GROUP);
        }
      }

      @Override
      public Form form() {
        return form;
      }

      @Override
      public MemorySegment blocks() {
        return MemorySegment.ofArray(row);
      }
    };
  }

  private float value(ByteBuffer block, int index) {
    float d = Float.float16ToFloat(block.getShort(0));
    if (form == Form.Q8_0) {
      return d * block.get(2 + index);
    }
    int pair = block.get(4 + index % (GROUP / 2)) & 0xFF;
    float product = d * (index < GROUP / 2 ? pair & 0xF : pair >> 4);
    return product + Float.float16ToFloat(block.getShort(2));
  }

  private int blockBytes() {
    return form == Form.Q4_1 ? 20 : 34;
  }

  private ByteBuffer block(byte[] row, int group) {
    return ByteBuffer.wrap(row, group * blockBytes(), blockBytes())
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
