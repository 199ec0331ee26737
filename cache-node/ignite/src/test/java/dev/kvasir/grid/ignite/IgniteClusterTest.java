package dev.kvasir.grid.ignite;

import static dev.kvasir.store.Blocks.key;
import static dev.kvasir.store.ManyBlocks.assertHasAll;
import static dev.kvasir.store.ManyBlocks.putAll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.AbstractBlockStoreTest;
import dev.kvasir.store.BlockStore;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.CachePeekMode;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract from one of two nodes, and what happens when the other one goes. */
@Tag("cluster")
class IgniteClusterTest extends AbstractBlockStoreTest {
  private static final IgniteSettings FIRST = TestNodes.settings("first", 47700, 47700);
  private static final IgniteSettings SECOND = TestNodes.settings("second", 47710, 47700);

  private static IgniteGrid first;
  private static IgniteGrid second;

  @BeforeAll
  static void start() {
    System.setProperty("IGNITE_DUMP_THREADS_ON_FAILURE", "false");
    first = IgniteGrid.start(FIRST);
    second = IgniteGrid.start(SECOND);
  }

  @AfterAll
  static void stop() {
    second.close();
    first.close();
  }

  @Override
  protected BlockStore open() {
    TestNodes.clear(node());
    return IgniteGrid.store(node(), FIRST);
  }

  @Override
  protected void loseChunk(BlockStore from, BlockKey key, int index) {
    TestNodes.loseRecord(node(), key.hex(), index + 1);
  }

  @Test
  void members_twoNodes_seeEachOther() {
    assertThat(first.members()).hasSize(2);
    assertThat(second.members()).hasSize(2);
  }

  @Test
  void put_onOneNode_keepsABlocksRecordsTogetherAndIsReadOnTheOther() {
    putAll(first.blocks(), 40);
    assertHasAll(second.blocks(), 40);
    Ignite node = node();
    for (int i = 0; i < 40; i++) {
      String id = key(i).hex();
      int home = node.affinity(NodeConfiguration.ENTRIES).partition(id);
      for (int record = 0; record <= 3; record++) {
        int partition =
            node.affinity(NodeConfiguration.RECORDS).partition(new RecordKey(id, 7, record));
        assertThat(partition).isEqualTo(home);
      }
    }
    int primaries = node.cache(NodeConfiguration.ENTRIES).localSize(CachePeekMode.PRIMARY);
    assertThat(primaries).isBetween(1, 39);
  }

  @Test
  void get_nodeKilled_blocksSurviveOnTheirBackups() {
    IgniteSettings doomed = TestNodes.settings("doomed", 47720, 47700);
    IgniteGrid third = IgniteGrid.start(doomed);
    try {
      putAll(third.blocks(), 60);
      assertHasAll(first.blocks(), 60);
      assertThat(
              Ignition.ignite("doomed")
                  .cache(NodeConfiguration.ENTRIES)
                  .localSize(CachePeekMode.PRIMARY))
          .isPositive();
      kill("doomed");
      assertHasAll(first.blocks(), 60);
      assertHasAll(second.blocks(), 60);
      assertThat(first.blocks().stats().blocks()).isEqualTo(60);
    } finally {
      third.close();
    }
  }

  /** Ends the node without letting it hand over or finish anything. */
  private static void kill(String name) {
    var discovery = (TcpDiscoverySpi) Ignition.ignite(name).configuration().getDiscoverySpi();
    discovery.simulateNodeFailure();
    Ignition.stop(name, true);
  }

  private static Ignite node() {
    return Ignition.ignite(FIRST.instanceName());
  }
}
