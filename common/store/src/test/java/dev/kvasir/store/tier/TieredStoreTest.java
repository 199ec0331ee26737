package dev.kvasir.store.tier;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.AbstractBlockStoreTest;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.memory.MemoryGrid;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Objects;

/** Without any node that has files; with some it is tested beside them. */
class TieredStoreTest extends AbstractBlockStoreTest {
  private final MemoryGrid grid = new MemoryGrid();

  /** Closes the grid, too, which the store only borrows. */
  @Override
  protected BlockStore open() {
    Tombstones tombstones = new Tombstones(grid.map(Tombstones.MAP), Duration.ofMinutes(10));
    DiskDirectory directory = new DiskDirectory(grid.map(DiskDirectory.NAME), tombstones);
    TieredStore store = new TieredStore(grid, directory, Duration.ofSeconds(1));
    return (BlockStore)
        Proxy.newProxyInstance(
            BlockStore.class.getClassLoader(),
            new Class<?>[] {BlockStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("close")) {
                grid.close();
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
              }
            });
  }

  @Override
  protected void loseChunk(BlockStore from, BlockKey key, int index) {
    grid.blocks().remove(key).join();
  }
}
