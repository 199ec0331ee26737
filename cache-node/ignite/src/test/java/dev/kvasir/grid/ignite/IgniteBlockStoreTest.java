package dev.kvasir.grid.ignite;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.AbstractBlockStoreTest;
import dev.kvasir.store.BlockStore;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on one embedded node, which all tests share. */
class IgniteBlockStoreTest extends AbstractBlockStoreTest {
  private static final IgniteSettings SETTINGS = TestNodes.settings("contract", 47600, 47600);

  private static IgniteGrid grid;

  @BeforeAll
  static void start() {
    grid = IgniteGrid.start(SETTINGS);
  }

  @AfterAll
  static void stop() {
    grid.close();
  }

  @Override
  protected BlockStore open() {
    TestNodes.clear(node());
    return IgniteGrid.store(node(), SETTINGS);
  }

  @Override
  protected void loseChunk(BlockStore from, BlockKey key, int index) {
    TestNodes.loseRecord(node(), key.hex(), index + 1);
  }

  private static Ignite node() {
    return Ignition.ignite(SETTINGS.instanceName());
  }
}
