package dev.kvasir.engine.kv;

import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Rows (layer, kvHead, capacity) of any number of bytes each, between a segment, which has room for
 * more tokens, and the canonical order of a block, which has none to spare.
 */
record SegmentRows(KvGeometry geometry, int capacity) {
  static final long ALIGNMENT = 64;

  SegmentRows {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be positive: capacity=" + capacity);
    }
  }

  static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** How many rows the segment has, in K or in V. */
  long rows() {
    return geometry.rows(capacity);
  }

  /** Index of a token's row. */
  long row(int layer, int kvHead, int token) {
    return ((long) layer * geometry.kvHeads() + kvHead) * capacity + token;
  }

  /** Copies a chunk's rows to their places; in one piece where it has all the segment's tokens. */
  void install(KvChunk chunk, MemorySegment from, MemorySegment to, int rowBytes) {
    if (chunk.tokens() == capacity) {
      long first = row(chunk.firstLayer(), 0, 0) * rowBytes;
      MemorySegment.copy(from, 0, to, first, from.byteSize());
      return;
    }
    long bytes = (long) chunk.tokens() * rowBytes;
    long at = 0;
    for (int layer = 0; layer < chunk.layers(); layer++) {
      for (int head = 0; head < geometry.kvHeads(); head++) {
        long row = row(chunk.firstLayer() + layer, head, chunk.firstToken());
        MemorySegment.copy(from, at, to, row * rowBytes, bytes);
        at += bytes;
      }
    }
  }

  /** The first tokens' rows in canonical order, in memory of the arena. */
  MemorySegment plain(MemorySegment from, int tokens, int rowBytes, Arena target) {
    long bytes = (long) tokens * rowBytes;
    MemorySegment rows = target.allocate(geometry.rows(tokens) * rowBytes, ALIGNMENT);
    long to = 0;
    for (int layer = 0; layer < geometry.layers(); layer++) {
      for (int head = 0; head < geometry.kvHeads(); head++) {
        MemorySegment.copy(from, row(layer, head, 0) * rowBytes, rows, to, bytes);
        to += bytes;
      }
    }
    return rows;
  }

  /** The count, if a segment of so many tokens may grow to it. */
  int grown(int tokens, int count) {
    if (count < tokens || count > capacity) {
      throw new IllegalArgumentException(
          "tokens must grow within the capacity: tokens=%d count=%d capacity=%d"
              .formatted(tokens, count, capacity));
    }
    return count;
  }
}
