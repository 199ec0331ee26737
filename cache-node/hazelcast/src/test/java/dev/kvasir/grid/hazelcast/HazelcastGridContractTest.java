package dev.kvasir.grid.hazelcast;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.AbstractGridTest;
import dev.kvasir.store.grid.Grid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The grid's contract on one embedded member, which all tests share. */
class HazelcastGridContractTest extends AbstractGridTest {
  private static HazelcastGrid grid;

  @BeforeAll
  static void start() {
    int port = TestMembers.freePort();
    grid = HazelcastGrid.start(TestMembers.member("grid-contract", port, port));
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
    TestMembers.instance("grid-contract").getMap(HazelcastTables.ENTRIES).delete(key.hex());
  }

  @Override
  protected int records(Grid in) {
    return TestMembers.instance("grid-contract").getMap(HazelcastTables.RECORDS).size();
  }
}
