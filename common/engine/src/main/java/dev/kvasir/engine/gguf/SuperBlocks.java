package dev.kvasir.engine.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Blocks of 256 elements whose groups have scales of their own, themselves scaled; each method
 * writes one block to {@code target}.
 *
 * <pre>{@code
 * Q4_K  f16 d, f16 m, 12 B scales, 128 B nibbles               w = (d·s)·q - (m·t)
 * Q5_K  f16 d, f16 m, 12 B scales, 32 B high bits, 128 B nibbles   the same
 * Q6_K  128 B nibbles, 64 B high pairs of bits, 16 signed scales s, f16 d   w = (d·s)·(q - 32)
 * }</pre>
 *
 * <p>In Q4_K and Q5_K each run of 32 bytes holds the nibbles of two groups of 32, the low ones
 * first; bit g of high byte i belongs to element i of group g. The 12 bytes hold 8 scales s and 8
 * minima t of 6 bits: bytes 0 to 3 and 4 to 7 the first four of each in their low 6 bits and the
 * top bits of the last four, bytes 8 to 11 the low nibbles of those.
 *
 * <p>In Q6_K each half of 128 elements has 64 bytes of nibbles and 32 bytes of high pairs: element
 * 32·k + i of a half has nibble k / 2 of byte 32·(k mod 2) + i, and pair k of high byte i.
 */
final class SuperBlocks {
  private static final int GROUPS = 8;
  private static final int GROUP = 32;
  private static final int SCALES_AT = 4;
  private static final int AFTER_SCALES = 16;
  private static final int HALF = 128;

  private SuperBlocks() {}

  static void q4k(MemorySegment data, long at, float[] target, int to) {
    for (int group = 0; group < GROUPS; group++) {
      float scale = Dequantizer.half(data, at) * scale(data, at + SCALES_AT, group);
      float minimum = Dequantizer.half(data, at + 2) * minimum(data, at + SCALES_AT, group);
      for (int i = 0; i < GROUP; i++) {
        int q = nibble(data, at + AFTER_SCALES, group, i);
        target[to + group * GROUP + i] = scale * q - minimum;
      }
    }
  }

  static void q5k(MemorySegment data, long at, float[] target, int to) {
    for (int group = 0; group < GROUPS; group++) {
      float scale = Dequantizer.half(data, at) * scale(data, at + SCALES_AT, group);
      float minimum = Dequantizer.half(data, at + 2) * minimum(data, at + SCALES_AT, group);
      for (int i = 0; i < GROUP; i++) {
        int high = u8(data, at + AFTER_SCALES + i) >> group & 1;
        int q = nibble(data, at + AFTER_SCALES + GROUP, group, i) | high << 4;
        target[to + group * GROUP + i] = scale * q - minimum;
      }
    }
  }

  static void q6k(MemorySegment data, long at, float[] target, int to) {
    float d = Dequantizer.half(data, at + 208);
    for (int half = 0; half < 2; half++) {
      long nibbles = at + half * 64L;
      long pairs = at + 128 + half * 32L;
      long scales = at + 192 + half * 8L;
      for (int n = 0; n < HALF; n++) {
        int k = n / 32;
        int low = u8(data, nibbles + n % 64) >> (4 * (k / 2)) & 15;
        int high = u8(data, pairs + n % 32) >> (2 * k) & 3;
        float scale = d * data.get(ValueLayout.JAVA_BYTE, scales + n / 16);
        target[to + half * HALF + n] = scale * ((low | high << 4) - 32);
      }
    }
  }

  private static int nibble(MemorySegment data, long nibbles, int group, int i) {
    return u8(data, nibbles + (long) group / 2 * GROUP + i) >> (4 * (group % 2)) & 15;
  }

  private static int scale(MemorySegment data, long scales, int group) {
    if (group < 4) {
      return u8(data, scales + group) & 63;
    }
    return (u8(data, scales + group + 4) & 15) | (u8(data, scales + group - 4) >> 6 << 4);
  }

  private static int minimum(MemorySegment data, long scales, int group) {
    if (group < 4) {
      return u8(data, scales + group + 4) & 63;
    }
    return (u8(data, scales + group + 4) >> 4) | (u8(data, scales + group) >> 6 << 4);
  }

  private static int u8(MemorySegment data, long at) {
    return Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, at));
  }
}
