package dev.kvasir.node.evict;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.memory.MemoryGrid;

class MemoryEvictionLoadTest extends AbstractEvictionLoadTest {
  @Override
  protected Grid open() {
    return new MemoryGrid();
  }
}
