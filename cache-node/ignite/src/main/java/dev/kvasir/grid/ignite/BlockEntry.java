package dev.kvasir.grid.ignite;

import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockInfoBytes;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What says that a block is stored; written after its records, removed before them. Not a Java
 * record: Ignite's marshaller can't read those.
 */
final class BlockEntry {
  private final int chunks;
  private final long bytes;
  private final byte[] info;

  /** Makes every write's entry another value, so that who drops one drops no later one. */
  @SuppressWarnings("UnusedVariable") // the grid compares entries by their serialized fields
  private final long stamp = ThreadLocalRandom.current().nextLong();

  /**
   * @param chunks number of chunk records, the header record not counted
   * @param bytes bytes of all records
   */
  BlockEntry(int chunks, long bytes, BlockInfo info) {
    this.chunks = chunks;
    this.bytes = bytes;
    this.info = BlockInfoBytes.of(info);
  }

  BlockInfo info() {
    return BlockInfoBytes.parse(info);
  }

  /** The same block with another info. */
  BlockEntry with(BlockInfo next) {
    return new BlockEntry(chunks, bytes, next);
  }

  int chunks() {
    return chunks;
  }

  long bytes() {
    return bytes;
  }

  /** Header and chunk records together. */
  int records() {
    return chunks + 1;
  }
}
