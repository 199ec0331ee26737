package dev.kvasir.store;

import dev.kvasir.block.BlockKey;

/**
 * What a store knows of a block without reading it.
 *
 * @param chunks number of chunk records, the header record not counted
 * @param bytes bytes of all records
 */
public record StoredBlock(BlockKey key, int chunks, long bytes, BlockInfo info, Tier tier) {

  /** A block in memory. */
  public StoredBlock(BlockKey key, int chunks, long bytes, BlockInfo info) {
    this(key, chunks, bytes, info, Tier.MEMORY);
  }

  /** The same block, found in a node's file. */
  public StoredBlock fromDisk() {
    return new StoredBlock(key, chunks, bytes, info, Tier.DISK);
  }
}
