package dev.kvasir.block;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Plain K and V rows of a block, the canonical form before it is cut into chunks. Borrows its
 * segments; does not own them.
 *
 * @param k (layer, kvHead, token, headDim), little-endian, keys rotated at their index in the block
 * @param v (layer, kvHead, token, headDim), little-endian
 * @param scales (layer, kvHead, token), or {@link KvScales#NONE}
 */
public record KvRows(
    KvGeometry geometry,
    ElementType type,
    int tokens,
    MemorySegment k,
    MemorySegment v,
    KvScales scales) {
  public KvRows {
    long rows = geometry.rows(tokens);
    requireBytes("k and v", rows * geometry.headDim() * type.bytes(), k, v);
    requireBytes("the scales of k and v", rows * type.scaleBytes(), scales.k(), scales.v());
  }

  /** Rows without scales. */
  public KvRows(
      KvGeometry geometry, ElementType type, int tokens, MemorySegment k, MemorySegment v) {
    this(geometry, type, tokens, k, v, KvScales.NONE);
  }

  private static void requireBytes(String what, long expected, MemorySegment k, MemorySegment v) {
    if (k.byteSize() != expected || v.byteSize() != expected) {
      throw new IllegalArgumentException(
          "%s must have %d bytes: k=%d v=%d".formatted(what, expected, k.byteSize(), v.byteSize()));
    }
  }

  /**
   * These rows in the element type that a block of them is to have: themselves, or rounded to
   * {@link ElementType#INT8} into memory of the given arena ({@link Int8Rows}).
   *
   * @throws IllegalArgumentException if they have another type and the wanted one is not INT8
   * @throws ArithmeticException if they are to be rounded and a number is not finite
   */
  public KvRows to(ElementType wanted, Arena arena) {
    if (type == wanted) {
      return this;
    }
    if (wanted != ElementType.INT8) {
      throw new IllegalArgumentException("%s rows do not become %s".formatted(type, wanted));
    }
    return Int8Rows.of(this, arena);
  }
}
