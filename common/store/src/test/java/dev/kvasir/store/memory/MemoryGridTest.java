package dev.kvasir.store.memory;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.AbstractGridTest;
import dev.kvasir.store.grid.Grid;
import java.util.concurrent.atomic.AtomicInteger;

class MemoryGridTest extends AbstractGridTest {
  @Override
  protected Grid open() {
    return new MemoryGrid();
  }

  @Override
  protected void loseEntry(Grid from, BlockKey key) {
    from.blocks().remove(key).join();
  }

  @Override
  protected int records(Grid in) {
    AtomicInteger count = new AtomicInteger();
    in.blocks().scan(block -> count.addAndGet(block.chunks() + 1));
    return count.get();
  }
}
