package dev.kvasir.grid.ignite;

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
import dev.kvasir.store.Blocks;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.ignite.IgniteState;
import org.apache.ignite.Ignition;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract through a client node, and what a client does when members and grids go. */
@Tag("cluster")
class IgniteClientTest extends AbstractBlockStoreTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final IgniteSettings MEMBER = TestNodes.seed("contract-member");
  private static final IgniteSettings USER =
      TestNodes.client("contract-client", MEMBER)
          .withMembership(
              new Membership(
                  GridRole.LITE,
                  Discovery.Static.of("127.0.0.1:" + MEMBER.discoveryPort()),
                  Map.of("kvasir.role", "decode"),
                  PATIENCE));

  private static IgniteGrid member;
  private static IgniteGrid client;

  @BeforeAll
  static void start() {
    System.setProperty("IGNITE_DUMP_THREADS_ON_FAILURE", "false");
    member = IgniteGrid.start(MEMBER);
    client = IgniteGrid.start(USER);
  }

  @AfterAll
  static void stop() {
    client.close();
    member.close();
  }

  @Override
  protected BlockStore open() {
    TestNodes.clear(Ignition.ignite("contract-member"));
    return IgniteGrid.store(Ignition.ignite("contract-client"), USER);
  }

  @Override
  protected void loseChunk(BlockStore from, BlockKey key, int index) {
    TestNodes.loseRecord(Ignition.ignite("contract-member"), key.hex(), index + 1);
  }

  @Test
  void members_withAClient_seeItAndItsAttributes() {
    assertThat(client.members()).hasSize(2).contains(client.self());
    assertThat(member.members()).hasSize(2).contains(client.self());
    assertThat(client.self().attributes()).containsEntry("kvasir.role", "decode");
    assertThat(client.local()).isEmpty();
  }

  @Test
  void put_throughAClient_isReadByTheMemberAndTheOtherWayRound() {
    putAll(client.blocks(), 30);
    assertHasAll(member.blocks(), 30);
    putAll(member.blocks(), 40);
    assertHasAll(client.blocks(), 40);
  }

  @Test
  void get_memberKilled_clientFindsTheBackups() {
    IgniteSettings one = TestNodes.seed("kept");
    int port = TestNodes.freePort();
    IgniteSettings two =
        TestNodes.seed("lost")
            .withNode("lost", port, 0, List.of("127.0.0.1:" + one.discoveryPort()));
    try (IgniteGrid kept = IgniteGrid.start(one);
        IgniteGrid lost = IgniteGrid.start(two);
        IgniteGrid user = IgniteGrid.start(TestNodes.client("bereft", one, two))) {
      assertThat(lost.members()).hasSize(3);
      putAll(user.blocks(), 60);
      awaitHeld(kept, 60);
      kill("lost");
      awaitAll(user.blocks(), 60);
      assertThat(kept.members()).hasSize(2);
    }
  }

  /** While owners change a reader may miss a block for a moment, which costs an encode. */
  private static void awaitAll(BlockStore store, int count) {
    List<BlockKey> keys = IntStream.range(0, count).mapToObj(Blocks::key).toList();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (store.get(keys).values().stream().anyMatch(read -> read.join().isEmpty())) {
      assertThat(System.nanoTime()).as("all blocks are read again in time").isLessThan(end);
    }
  }

  /** A node that has just joined changes the owners once more when it has its blocks. */
  private static void awaitHeld(IgniteGrid grid, int blocks) {
    LocalBlocks local = grid.local().orElseThrow();
    long end = System.nanoTime() + PATIENCE.toNanos();
    AtomicInteger held = new AtomicInteger();
    while (held.get() < blocks) {
      assertThat(System.nanoTime()).as("held here: %s", held).isLessThan(end);
      held.set(0);
      local.visit(_ -> held.incrementAndGet());
    }
  }

  @Test
  void anything_gridRestarted_failsMeanwhileAndWorksAgain() throws InterruptedException {
    IgniteSettings settings = TestNodes.seed("restarted");
    IgniteGrid before = IgniteGrid.start(settings);
    try (IgniteGrid user = IgniteGrid.start(TestNodes.client("patient", settings))) {
      putAll(user.blocks(), 5);
      before.close();
      assertFails(user.blocks().put(block(1, 2, 10), info()));
      assertFails(read(user.blocks(), 1));
      try (IgniteGrid after = IgniteGrid.start(settings)) {
        awaitAnswer(user.blocks());
        assertThat(read(user.blocks(), 1).join()).isEmpty();
        putAll(user.blocks(), 5);
        assertHasAll(after.blocks(), 5);
        assertThat(user.blocks().stats().blocks()).isEqualTo(5);
      }
    }
  }

  @Test
  void start_noGridThere_saysSoAtItsDeadline() {
    Membership nobody =
        new Membership(
            GridRole.CLIENT,
            Discovery.Static.of("127.0.0.1:" + TestNodes.freePort()),
            Map.of(),
            Duration.ofMillis(500));
    IgniteSettings settings = TestNodes.client("lonely", MEMBER).withMembership(nobody);
    assertThatThrownBy(() -> IgniteGrid.start(settings))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("no member of the grid was found");
    assertThat(Ignition.state("lonely")).isEqualTo(IgniteState.STOPPED);
  }

  /** Until the client has found the new grid. */
  private static void awaitAnswer(BlockStore store) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (read(store, 1).handle((found, failure) -> failure != null).join()) {
      assertThat(System.nanoTime()).as("the client is back").isLessThan(end);
      Thread.sleep(10);
    }
  }

  /** Ends the node without letting it hand over or finish anything. */
  private static void kill(String name) {
    var discovery = (TcpDiscoverySpi) Ignition.ignite(name).configuration().getDiscoverySpi();
    discovery.simulateNodeFailure();
    Ignition.stop(name, true);
  }
}
