package dev.kvasir.store.memory;

import dev.kvasir.store.grid.AbstractGridTest;
import dev.kvasir.store.grid.Grid;

class MemoryGridTest extends AbstractGridTest {
  @Override
  protected Grid open() {
    return new MemoryGrid();
  }
}
