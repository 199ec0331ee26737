package dev.kvasir.store.memory;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.AbstractBlockStoreTest;
import dev.kvasir.store.BlockStore;

class MemoryBlockStoreTest extends AbstractBlockStoreTest {
  @Override
  protected BlockStore open() {
    return new MemoryBlockStore();
  }

  @Override
  protected void loseChunk(BlockStore from, BlockKey key, int index) {
    from.remove(key).join();
  }
}
