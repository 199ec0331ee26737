package dev.kvasir.block;

import java.lang.foreign.MemorySegment;

/**
 * Plain K and V rows of a block, the canonical form before it is cut into chunks. Borrows its
 * segments; does not own them.
 *
 * @param k (layer, kvHead, token, headDim), little-endian, keys rotated at their index in the block
 * @param v (layer, kvHead, token, headDim), little-endian
 */
public record KvRows(
    KvGeometry geometry, ElementType type, int tokens, MemorySegment k, MemorySegment v) {
  public KvRows {
    long expected = geometry.rows(tokens) * geometry.headDim() * type.bytes();
    if (k.byteSize() != expected || v.byteSize() != expected) {
      throw new IllegalArgumentException(
          "k and v must have %d bytes: k=%d v=%d".formatted(expected, k.byteSize(), v.byteSize()));
    }
  }
}
