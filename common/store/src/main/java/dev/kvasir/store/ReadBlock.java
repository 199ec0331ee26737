package dev.kvasir.store;

import dev.kvasir.block.EncodedBlock;

/**
 * A block as it was read.
 *
 * @param stored what the store knew of just these bytes, not of others under their key
 */
public record ReadBlock(EncodedBlock block, StoredBlock stored) {

  /** The same from a node's file. */
  public ReadBlock fromDisk() {
    return new ReadBlock(block, stored.fromDisk());
  }
}
