package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.RecordSink;
import java.util.Map;
import java.util.Set;

/**
 * Hands records to the pulls that they belong to. Thread-safe.
 *
 * @param fromDisk grows by the blocks whose bytes come out of a node's file
 */
record PulledBlocks(Map<BlockKey, BlockPull> pulls, Set<BlockKey> fromDisk) implements RecordSink {

  @Override
  public boolean wants(BlockKey key) {
    BlockPull pull = pulls.get(key);
    return pull != null && pull.wanted();
  }

  @Override
  public void accept(BlockKey key, int index, byte[] record) {
    BlockPull pull = pulls.get(key);
    if (pull != null) {
      pull.accept(record);
    }
  }

  @Override
  public void fromDisk(BlockKey key) {
    fromDisk.add(key);
  }
}
