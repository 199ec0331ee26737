package dev.kvasir.engine.kv;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import java.lang.foreign.Arena;

/**
 * Keys and values of consecutive tokens in native memory, in the layout the kernels read. Keys are
 * rotated at their index inside the segment, so a segment fits any position (DESIGN §3). Filled by
 * one thread, then read by any number.
 */
public interface KvSegment extends AutoCloseable {
  KvGeometry geometry();

  ElementType type();

  int tokens();

  int capacity();

  /** Native bytes held, which may be somewhat more than its capacity needs. */
  long bytes();

  /**
   * Lays out one chunk of a pulled block; call for every chunk of the block, then {@link
   * #installed(int)}.
   */
  void install(KvChunk chunk);

  /** Declares that all rows of {@code tokens} tokens have been installed. */
  void installed(int tokens);

  /**
   * Fills this empty segment with the rows of another of the same model, for those who want to
   * change them. Only segments that can be appended to can be filled.
   */
  void fill(KvSegment source);

  /** Copies the rows out as plain rows, into memory of the given arena. */
  KvRows rows(Arena arena);

  /** Ends all access and gives the memory up; idempotent. */
  @Override
  void close();
}
