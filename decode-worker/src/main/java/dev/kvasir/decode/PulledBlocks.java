package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.RecordSink;
import java.util.Map;

/** Hands records to the pulls that they belong to. Thread-safe. */
record PulledBlocks(Map<BlockKey, BlockPull> pulls) implements RecordSink {

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
}
