package dev.kvasir.grid.hazelcast;

import static dev.kvasir.store.Blocks.key;
import static dev.kvasir.store.ManyBlocks.assertHasAll;
import static dev.kvasir.store.ManyBlocks.putAll;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.PartitionService;
import dev.kvasir.block.BlockKey;
import dev.kvasir.store.AbstractBlockStoreTest;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract from one of two members, and what happens when others come and go. */
@Tag("cluster")
class HazelcastClusterTest extends AbstractBlockStoreTest {
  private static final int SEED = TestMembers.freePort();
  private static final HazelcastSettings FIRST = TestMembers.member("first", SEED, SEED);
  private static final HazelcastSettings SECOND = TestMembers.member("second", 0, SEED);

  private static HazelcastGrid first;
  private static HazelcastGrid second;

  @BeforeAll
  static void start() {
    first = HazelcastGrid.start(FIRST);
    second = HazelcastGrid.start(SECOND);
  }

  @AfterAll
  static void stop() {
    second.close();
    first.close();
  }

  @Override
  protected BlockStore open() {
    return TestMembers.emptied(TestMembers.instance("first"), FIRST);
  }

  @Override
  protected void loseChunk(BlockStore from, BlockKey key, int index) {
    TestMembers.loseRecord(TestMembers.instance("second"), key.hex(), index + 1);
  }

  @Test
  void members_twoOfThem_seeEachOther() {
    assertThat(first.members()).containsExactly(first.self(), second.self());
    assertThat(second.members()).isEqualTo(first.members());
  }

  @Test
  void put_onOneMember_keepsABlocksRecordsTogetherAndIsReadOnTheOther() {
    putAll(first.blocks(), 40);
    assertHasAll(second.blocks(), 40);
    PartitionService partitions = TestMembers.instance("first").getPartitionService();
    for (int i = 0; i < 40; i++) {
      String id = key(i).hex();
      int home = partitions.getPartition(id).getPartitionId();
      for (int record = 0; record <= 3; record++) {
        assertThat(partitions.getPartition(new RecordKey(id, 7, record)).getPartitionId())
            .isEqualTo(home);
      }
    }
    assertThat(owned("first")).isBetween(1, 39);
    assertThat(owned("first") + owned("second")).isEqualTo(40);
  }

  @Test
  void get_memberKilled_blocksSurviveOnTheirBackups() {
    HazelcastGrid third = HazelcastGrid.start(TestMembers.member("doomed", 0, SEED));
    HazelcastInstance doomed = TestMembers.instance("doomed");
    try {
      putAll(third.blocks(), 60);
      assertHasAll(first.blocks(), 60);
      assertThat(owned("doomed")).isPositive();
    } finally {
      doomed.getLifecycleService().terminate();
    }
    assertHasAll(first.blocks(), 60);
    assertHasAll(second.blocks(), 60);
    assertThat(first.blocks().stats().blocks()).isEqualTo(60);
    assertThat(third.members()).isEmpty();
  }

  @Test
  void start_liteMember_usesTheGridAndHoldsNothing() {
    Membership lite =
        new Membership(
            GridRole.LITE,
            Discovery.Static.of(TestMembers.LOOPBACK + ":" + SEED),
            Map.of("kvasir.role", "decode"),
            Duration.ofSeconds(30));
    try (HazelcastGrid worker =
        HazelcastGrid.start(TestMembers.member("lite", 0, SEED).withMembership(lite))) {
      putAll(worker.blocks(), 20);
      assertHasAll(worker.blocks(), 20);
      assertHasAll(first.blocks(), 20);
      assertThat(owned("lite")).isZero();
      assertThat(worker.self()).isEqualTo(new Member("lite", Map.of("kvasir.role", "decode")));
      assertThat(worker.members()).contains(worker.self()).isEqualTo(first.members());
      assertThat(worker.local()).isEmpty();
      assertThat(TestMembers.instance("first").getCluster().getMembers())
          .filteredOn(member -> member.isLiteMember())
          .extracting(member -> member.getAttribute("kvasir.role"))
          .containsExactly("decode");
    }
  }

  /** Entries whose first copy that member holds. */
  private static int owned(String name) {
    return TestMembers.instance(name).getMap(HazelcastTables.ENTRIES).localKeySet().size();
  }
}
