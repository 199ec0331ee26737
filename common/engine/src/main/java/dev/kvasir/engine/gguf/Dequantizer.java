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

  private Dequantizer() {}

  /**
   * Writes elements [first, first + count), in the file's order, to {@code target} from {@code
   * targetOffset} on.
   *
   * @throws IndexOutOfBoundsException where the elements or the target's places do not exist
   */
  public static void dequantize(
      StoredTensor tensor, long first, int count, float[] target, int targetOffset) {
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
      case Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K ->
          blocks(tensor, first, count, target, targetOffset);
    }
  }

  private static void blocks(StoredTensor tensor, long first, int count, float[] target, int to) {
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

  private static void block(StoredTensor tensor, long offset, float[] target, int to) {
    MemorySegment data = tensor.data();
    switch (tensor.type()) {
      case Q8_0 -> SmallBlocks.q8of0(data, offset, target, to);
      case Q4_0 -> SmallBlocks.q4of0(data, offset, target, to);
      case Q4_1 -> SmallBlocks.q4of1(data, offset, target, to);
      case Q5_0 -> SmallBlocks.q5of0(data, offset, target, to);
      case Q5_1 -> SmallBlocks.q5of1(data, offset, target, to);
      case Q4_K -> SuperBlocks.q4k(data, offset, target, to);
      case Q5_K -> SuperBlocks.q5k(data, offset, target, to);
      case Q6_K -> SuperBlocks.q6k(data, offset, target, to);
      case F32, F16, BF16 -> throw new IllegalArgumentException("not in blocks: " + tensor.type());
    }
  }

  static float half(MemorySegment data, long offset) {
    return Float.float16ToFloat(data.get(SHORT, offset));
  }
}
