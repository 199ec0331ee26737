package dev.kvasir.grid.hazelcast;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.AbstractBlockStoreTest;
import dev.kvasir.store.BlockStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on one embedded member, which all tests share. */
class HazelcastBlockStoreTest extends AbstractBlockStoreTest {
  private static final HazelcastSettings SETTINGS =
      HazelcastSettings.embedded().withSize(256L << 20, 31);

  private static HazelcastGrid grid;

  @BeforeAll
  static void start() {
    grid = HazelcastGrid.start(SETTINGS);
  }

  @AfterAll
  static void stop() {
    grid.close();
  }

  @Override
  protected BlockStore open() {
    return TestMembers.emptied(TestMembers.instance(SETTINGS.instanceName()), SETTINGS);
  }

  @Override
  protected void loseChunk(BlockStore from, BlockKey key, int index) {
    TestMembers.loseRecord(TestMembers.instance(SETTINGS.instanceName()), key.hex(), index + 1);
  }
}
