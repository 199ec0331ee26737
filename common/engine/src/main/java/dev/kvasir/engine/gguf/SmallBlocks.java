package dev.kvasir.engine.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Blocks of 32 elements; each method writes one block to {@code target}. */
final class SmallBlocks {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int ELEMENTS = 32;

  /** The first half of a block of nibbles are the low ones. */
  private static final int HALF = 16;

  private SmallBlocks() {}

  static void q8of0(MemorySegment data, long at, float[] target, int to) {
    float d = Dequantizer.half(data, at);
    for (int i = 0; i < ELEMENTS; i++) {
      target[to + i] = d * data.get(ValueLayout.JAVA_BYTE, at + 2 + i);
    }
  }

  static void q4of0(MemorySegment data, long at, float[] target, int to) {
    float d = Dequantizer.half(data, at);
    for (int i = 0; i < HALF; i++) {
      int pair = data.get(ValueLayout.JAVA_BYTE, at + 2 + i);
      target[to + i] = d * ((pair & 15) - 8);
      target[to + HALF + i] = d * ((pair >> 4 & 15) - 8);
    }
  }

  static void q4of1(MemorySegment data, long at, float[] target, int to) {
    float d = Dequantizer.half(data, at);
    float m = Dequantizer.half(data, at + 2);
    for (int i = 0; i < HALF; i++) {
      int pair = data.get(ValueLayout.JAVA_BYTE, at + 4 + i);
      target[to + i] = d * (pair & 15) + m;
      target[to + HALF + i] = d * (pair >> 4 & 15) + m;
    }
  }

  static void q5of0(MemorySegment data, long at, float[] target, int to) {
    float d = Dequantizer.half(data, at);
    int fifth = data.get(INT, at + 2);
    for (int i = 0; i < HALF; i++) {
      int pair = data.get(ValueLayout.JAVA_BYTE, at + 6 + i);
      target[to + i] = d * (five(pair, fifth >> i) - 16);
      target[to + HALF + i] = d * (five(pair >> 4, fifth >> (HALF + i)) - 16);
    }
  }

  static void q5of1(MemorySegment data, long at, float[] target, int to) {
    float d = Dequantizer.half(data, at);
    float m = Dequantizer.half(data, at + 2);
    int fifth = data.get(INT, at + 4);
    for (int i = 0; i < HALF; i++) {
      int pair = data.get(ValueLayout.JAVA_BYTE, at + 8 + i);
      target[to + i] = d * five(pair, fifth >> i) + m;
      target[to + HALF + i] = d * five(pair >> 4, fifth >> (HALF + i)) + m;
    }
  }

  /** The low nibble and, above it, a fifth bit. */
  private static int five(int nibble, int fifth) {
    return (nibble & 15) | (fifth & 1) << 4;
  }
}
