package dev.kvasir.grid.hazelcast;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.ManyBlocks.assertFails;
import static dev.kvasir.store.ManyBlocks.assertHasAll;
import static dev.kvasir.store.ManyBlocks.putAll;
import static dev.kvasir.store.ManyBlocks.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.AbstractBlockStoreTest;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
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

/** The contract through a client, and what a client does when members and grids go. */
@Tag("cluster")
class HazelcastClientTest extends AbstractBlockStoreTest {
  private static final int PORT = TestMembers.freePort();
  private static final HazelcastSettings USER =
      TestMembers.user("contract-client", GridRole.CLIENT, PORT);

  private static HazelcastGrid member;
  private static HazelcastGrid client;

  @BeforeAll
  static void start() {
    member = HazelcastGrid.start(TestMembers.member("contract-member", PORT, PORT));
    client = HazelcastGrid.start(USER);
  }

  @AfterAll
  static void stop() {
    client.close();
    member.close();
  }

  @Override
  protected BlockStore open() {
    return TestMembers.emptied(TestMembers.client("contract-client"), USER);
  }

  @Override
  protected void loseChunk(BlockStore from, BlockKey key, int index) {
    TestMembers.loseRecord(TestMembers.instance("contract-member"), key.hex(), index + 1);
  }

  @Test
  void put_throughAClient_isReadByTheMemberAndTheOtherWayRound() {
    assertThat(client.members())
        .extracting(Member::id)
        .containsExactly("contract-client", "contract-member");
    assertThat(member.members()).isEqualTo(client.members());
    assertThat(client.local()).isEmpty();
    assertThat(client.healthy()).isTrue();
    putAll(client.blocks(), 30);
    assertHasAll(member.blocks(), 30);
    putAll(member.blocks(), 40);
    assertHasAll(client.blocks(), 40);
  }

  @Test
  void get_memberKilled_clientFindsTheBackups() {
    int one = TestMembers.freePort();
    int two = TestMembers.freePort();
    try (HazelcastGrid kept = HazelcastGrid.start(TestMembers.member("kept", one, one));
        HazelcastGrid lost = HazelcastGrid.start(TestMembers.member("lost", two, one));
        HazelcastGrid user =
            HazelcastGrid.start(TestMembers.user("bereft", GridRole.CLIENT, one, two))) {
      assertThat(lost.members()).extracting(Member::id).contains("kept", "lost");
      putAll(user.blocks(), 60);
      TestMembers.instance("lost").getLifecycleService().terminate();
      assertHasAll(user.blocks(), 60);
      assertThat(kept.members()).extracting(Member::id).contains("kept").doesNotContain("lost");
    }
  }

  @Test
  void anything_gridRestarted_failsMeanwhileAndWorksAgain() throws InterruptedException {
    int port = TestMembers.freePort();
    HazelcastSettings settings = TestMembers.member("restarted", port, port);
    HazelcastGrid before = HazelcastGrid.start(settings);
    try (HazelcastGrid user =
        HazelcastGrid.start(TestMembers.user("patient", GridRole.CLIENT, port))) {
      putAll(user.blocks(), 5);
      before.close();
      assertFails(user.blocks().put(block(1, 2, 10), info()));
      assertFails(read(user.blocks(), 1));
      try (HazelcastGrid after = HazelcastGrid.start(settings)) {
        awaitAnswer(user.blocks());
        assertThat(read(user.blocks(), 1).join()).isEmpty();
        putAll(user.blocks(), 5);
        assertHasAll(after.blocks(), 5);
        assertThat(user.blocks().stats().blocks()).isEqualTo(5);
      }
    }
  }

  @Test
  void start_noGridThere_saysWhatToCheckAtItsDeadline() {
    Membership nobody =
        new Membership(
            GridRole.CLIENT,
            Discovery.Static.of(TestMembers.LOOPBACK + ":" + TestMembers.freePort()),
            Map.of(),
            Duration.ofMillis(300));
    HazelcastSettings settings =
        TestMembers.user("lonely", GridRole.CLIENT, PORT).withMembership(nobody);
    assertThatThrownBy(() -> HazelcastGrid.start(settings))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("check its seeds");
  }

  /** Until the client has found the new grid. */
  private static void awaitAnswer(BlockStore store) throws InterruptedException {
    long end = System.nanoTime() + TestMembers.PATIENCE.toNanos();
    while (read(store, 1).handle((found, failure) -> failure != null).join()) {
      assertThat(System.nanoTime()).as("the client is back").isLessThan(end);
      Thread.sleep(10);
    }
  }
}
