package dev.kvasir.block;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Symmetric rounding of rows to bytes, in float32 and element by element, so that it gives the same
 * bytes on every machine: {@code scale = max|x| / 127}, {@code q = x / scale} rounded to the
 * nearest integer, halves to the even one. A row of zeros has scale 0. Neither has a row whose
 * scale would be subnormal, since its quotients could not be trusted: it becomes zeros, too.
 */
final class Int8Rows {
  private static final float LEVELS = 127;

  /** Below it, 127 scales and one rounding more stay finite. */
  private static final float LIMIT = 0x1p127f;

  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final KvRows source;
  private final float[] row;

  private Int8Rows(KvRows source) {
    this.source = source;
    this.row = new float[source.geometry().headDim()];
  }

  /**
   * Rounds rows of floats.
   *
   * @throws ArithmeticException if a number is not finite
   */
  static KvRows of(KvRows floats, Arena arena) {
    return new Int8Rows(floats).rounded(arena);
  }

  private KvRows rounded(Arena arena) {
    long rows = source.geometry().rows(source.tokens());
    MemorySegment k = arena.allocate(rows * row.length);
    MemorySegment v = arena.allocate(rows * row.length);
    KvScales scales =
        new KvScales(
            arena.allocate(rows * Float.BYTES, Float.BYTES),
            arena.allocate(rows * Float.BYTES, Float.BYTES));
    for (long i = 0; i < rows; i++) {
      round(source.k(), i, k, scales.k());
      round(source.v(), i, v, scales.v());
    }
    return new KvRows(source.geometry(), ElementType.INT8, source.tokens(), k, v, scales);
  }

  private void round(
      MemorySegment floats, long index, MemorySegment elements, MemorySegment scales) {
    read(floats, index * row.length);
    float scale = scale();
    scales.set(SINGLE, index * Float.BYTES, scale);
    if (scale > 0) {
      long at = index * row.length;
      for (int i = 0; i < row.length; i++) {
        elements.set(ValueLayout.JAVA_BYTE, at + i, (byte) Math.rint(row[i] / scale));
      }
    }
  }

  private float scale() {
    float max = 0;
    for (float value : row) {
      max = Math.max(max, Math.abs(value));
    }
    // false for NaN, too
    if (!(max < LIMIT)) {
      throw new ArithmeticException(
          "a key or value cannot be rounded to int8, use float16 KV: largest=" + max);
    }
    float scale = max / LEVELS;
    return scale < Float.MIN_NORMAL ? 0 : scale;
  }

  private void read(MemorySegment floats, long first) {
    switch (source.type()) {
      case FLOAT16 -> {
        for (int i = 0; i < row.length; i++) {
          row[i] = Float.float16ToFloat(floats.get(HALF, (first + i) * Short.BYTES));
        }
      }
      case FLOAT32 -> MemorySegment.copy(floats, SINGLE, first * Float.BYTES, row, 0, row.length);
      case INT8 -> throw new IllegalArgumentException("the rows are rounded already");
    }
  }
}
