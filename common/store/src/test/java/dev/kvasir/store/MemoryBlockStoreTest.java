package dev.kvasir.store;

import dev.kvasir.block.BlockKey;

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
