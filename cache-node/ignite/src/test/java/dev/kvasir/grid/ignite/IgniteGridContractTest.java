package dev.kvasir.grid.ignite;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.AbstractGridTest;
import dev.kvasir.store.grid.Grid;
import org.apache.ignite.Ignition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The grid's contract on one embedded node, which all tests share. */
class IgniteGridContractTest extends AbstractGridTest {
  private static IgniteGrid grid;

  @BeforeAll
  static void start() {
    grid = IgniteGrid.start(TestNodes.settings("grid-contract", 47800, 47800));
  }

  @AfterAll
  static void stop() {
    grid.close();
  }

  @Override
  protected Grid open() {
    return grid;
  }

  @Override
  protected void loseEntry(Grid from, BlockKey key) {
    Ignition.ignite("grid-contract").cache(NodeConfiguration.ENTRIES).remove(key.hex());
  }

  @Override
  protected int records(Grid in) {
    return Ignition.ignite("grid-contract").cache(NodeConfiguration.RECORDS).size();
  }
}
