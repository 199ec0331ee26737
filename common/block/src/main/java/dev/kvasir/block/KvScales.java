package dev.kvasir.block;

import java.lang.foreign.MemorySegment;

/**
 * The scales of rows: one float32, little-endian, for each row, in the order of the rows. Borrows
 * its segments.
 */
public record KvScales(MemorySegment k, MemorySegment v) {
  /** Of element types whose rows have no scales: empty. */
  public static final KvScales NONE = new KvScales(MemorySegment.NULL, MemorySegment.NULL);
}
