package dev.kvasir.grid.hazelcast;

import static dev.kvasir.grid.hazelcast.TestMembers.await;
import static dev.kvasir.grid.hazelcast.TestMembers.until;
import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.key;
import static dev.kvasir.store.ManyBlocks.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.ReadBlock;
import dev.kvasir.store.delete.GuardedStore;
import dev.kvasir.store.delete.Selector;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.join.GridRole;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three members that hold data, of which two are lost, beside one that holds none. */
@Tag("cluster")
class MajorityTest {
  private static final List<String> NAMES = List.of("alpha", "beta", "gamma");
  private static final BlockInfo INFO =
      new BlockInfo("model", "tenant:a", 0, Set.of(), Instant.EPOCH);

  private final int seed = TestMembers.freePort();
  private List<HazelcastGrid> grids = List.of();

  @BeforeEach
  void start() {
    grids =
        NAMES.stream()
            .map(name -> TestMembers.member(name, name.equals("alpha") ? seed : 0, seed))
            .map(settings -> HazelcastGrid.start(settings.withDataNodes(3)))
            .toList();
  }

  @AfterEach
  void stop() {
    Hazelcast.getAllHazelcastInstances()
        .forEach(member -> member.getLifecycleService().terminate());
    grids.forEach(HazelcastGrid::close);
  }

  @Test
  void minorityLeft_refusesDeletionsAndReadsOfBlocks_untilAnotherJoins() {
    HazelcastSettings lite = TestMembers.user("lite", GridRole.LITE, seed).withDataNodes(3);
    HazelcastSettings far = TestMembers.user("client", GridRole.CLIENT, seed).withDataNodes(3);
    try (HazelcastGrid user = HazelcastGrid.start(lite);
        HazelcastGrid client = HazelcastGrid.start(far)) {
      assertThat(await(store(user).put(block(1, 2, 100), INFO))).isEqualTo(PutOutcome.STORED);
      lose("gamma");
      assertThat(found(user)).isTrue();
      lose("beta");
      until(() -> user.members().size() == 3 && !client.healthy());
      for (HazelcastGrid grid : List.of(grids.getFirst(), user, client)) {
        assertThat(grid.healthy()).isFalse();
        assertThat(grid.expelled()).isFalse();
        assertFails(tombstones(grid).bury(new Selector.Key(key(1))));
        assertFails(read(grid));
        assertFails(store(grid).put(block(2, 2, 100), INFO));
        assertFails(grid.map("leases").putIfAbsent("a", "1", SharedMap.FOREVER));
        assertThat(await(grid.map("leases").entries())).isEmpty();
      }
      try (HazelcastGrid again =
          HazelcastGrid.start(TestMembers.member("delta", 0, seed).withDataNodes(3))) {
        until(() -> user.healthy() && again.healthy() && client.healthy());
        assertThat(found(user)).isTrue();
        await(tombstones(user).bury(new Selector.Key(key(1))));
        assertThat(found(again)).isFalse();
        assertThat(found(client)).isFalse();
      }
    }
  }

  private void lose(String name) {
    until(() -> TestMembers.instance("alpha").getPartitionService().isClusterSafe());
    TestMembers.instance(name).getLifecycleService().terminate();
  }

  private static Tombstones tombstones(HazelcastGrid grid) {
    return new Tombstones(grid.map(Tombstones.MAP), Duration.ofMinutes(10));
  }

  private static BlockStore store(HazelcastGrid grid) {
    return new GuardedStore(grid.blocks(), tombstones(grid));
  }

  private static CompletableFuture<Optional<ReadBlock>> read(HazelcastGrid grid) {
    return store(grid).read(Set.of(key(1))).values().iterator().next();
  }

  private static boolean found(HazelcastGrid grid) {
    return await(read(grid)).isPresent();
  }
}
