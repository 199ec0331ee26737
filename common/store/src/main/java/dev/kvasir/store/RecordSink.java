package dev.kvasir.store;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;

/**
 * Takes the records of blocks while a store reads them. A block's records come one at a time, in
 * order, from the header at index 0 on, each once; those of different blocks come at the same time.
 * No method may throw, nor block: other reads may wait for it. Thread-safe.
 */
public interface RecordSink {

  /** Whether further records of the block are of use; once false, always false. */
  boolean wants(BlockKey key);

  /** The array is the sink's to keep, not to change. */
  void accept(BlockKey key, int index, byte[] record);

  /** Takes every record of a block; false if it is not wanted to its end. */
  default boolean acceptAll(EncodedBlock block) {
    if (!wants(block.key())) {
      return false;
    }
    accept(block.key(), 0, block.header());
    for (int i = 0; i < block.chunks().size(); i++) {
      if (!wants(block.key())) {
        return false;
      }
      accept(block.key(), i + 1, block.chunks().get(i));
    }
    return true;
  }
}
