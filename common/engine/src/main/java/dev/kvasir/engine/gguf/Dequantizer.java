package dev.kvasir.engine.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Stored tensor elements as floats: {@code w = d·q + m}, product rounded, then sum rounded, as in
 * ggml, so that the numbers are exactly those of other engines. Plain scalar code; thread-safe.
 */
public final class Dequantizer {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The first half of a block of nibbles are the low ones. */
  private static final int NIBBLE_BYTES = 16;

  private Dequantizer() {}

  /**
   * Writes elements [first, first + count), in the file's order, to {@code target} from {@code
   * targetOffset} on.
   *
   * @throws IndexOutOfBoundsException where the elements or the target's places do not exist
   */
  public static void dequantize(
      GgufTensor tensor, long first, int count, float[] target, int targetOffset) {
    Objects.checkFromIndexSize(first, count, tensor.elements());
    Objects.checkFromIndexSize(targetOffset, count, target.length);
    MemorySegment data = tensor.data();
    switch (tensor.type()) {
      case F32 -> MemorySegment.copy(data, FLOAT, first * Float.BYTES, target, targetOffset, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[targetOffset + i] = half(data, (first + i) * Short.BYTES);
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          int bits = data.get(SHORT, (first + i) * Short.BYTES) << Short.SIZE;
          target[targetOffset + i] = Float.intBitsToFloat(bits);
        }
      }
      case Q8_0, Q4_0, Q4_1 -> blocks(tensor, first, count, target, targetOffset);
    }
  }

  private static void blocks(GgufTensor tensor, long first, int count, float[] target, int to) {
    int size = tensor.type().blockElements();
    float[] block = new float[size];
    int done = 0;
    while (done < count) {
      int from = (int) ((first + done) % size);
      int n = Math.min(size - from, count - done);
      long offset = (first + done) / size * tensor.type().blockBytes();
      if (n == size) {
        block(tensor, offset, target, to + done);
      } else {
        block(tensor, offset, block, 0);
        System.arraycopy(block, from, target, to + done, n);
      }
      done += n;
    }
  }

  private static void block(GgufTensor tensor, long offset, float[] target, int to) {
    MemorySegment data = tensor.data();
    float d = half(data, offset);
    switch (tensor.type()) {
      case Q8_0 -> {
        for (int i = 0; i < TensorType.Q8_0.blockElements(); i++) {
          target[to + i] = d * data.get(ValueLayout.JAVA_BYTE, offset + Short.BYTES + i);
        }
      }
      case Q4_0 -> {
        for (int i = 0; i < NIBBLE_BYTES; i++) {
          int pair = data.get(ValueLayout.JAVA_BYTE, offset + Short.BYTES + i);
          target[to + i] = d * ((pair & 15) - 8);
          target[to + NIBBLE_BYTES + i] = d * ((pair >> 4 & 15) - 8);
        }
      }
      case Q4_1 -> {
        float m = half(data, offset + Short.BYTES);
        for (int i = 0; i < NIBBLE_BYTES; i++) {
          int pair = data.get(ValueLayout.JAVA_BYTE, offset + 2 * Short.BYTES + i);
          target[to + i] = d * (pair & 15) + m;
          target[to + NIBBLE_BYTES + i] = d * (pair >> 4 & 15) + m;
        }
      }
      case F32, F16, BF16 -> throw new IllegalArgumentException("not in blocks: " + tensor.type());
    }
  }

  private static float half(MemorySegment data, long offset) {
    return Float.float16ToFloat(data.get(SHORT, offset));
  }
}
