package dev.kvasir.grid.hazelcast;

import static dev.kvasir.grid.hazelcast.TestMembers.await;
import static dev.kvasir.grid.hazelcast.TestMembers.until;
import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.grid.HeldHere;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.Recorded;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three members of which each test may lose one. */
@Tag("cluster")
class HazelcastGridClusterTest {
  private static final int BLOCKS = 60;
  private static final List<String> NAMES = List.of("alpha", "beta", "gamma");

  private int seed;
  private List<HazelcastGrid> grids = List.of();

  @BeforeEach
  void start() {
    seed = TestMembers.freePort();
    grids = NAMES.stream().map(this::start).toList();
    until(() -> TestMembers.instance("alpha").getPartitionService().isClusterSafe());
    until(() -> NAMES.stream().allMatch(HazelcastGridClusterTest::hasShare));
  }

  private HazelcastGrid start(String name) {
    return HazelcastGrid.start(TestMembers.member(name, name.equals("alpha") ? seed : 0, seed));
  }

  /** A member that joins becomes a first owner only after it was given its backups. */
  private static boolean hasShare(String name) {
    return Replicas.of(TestMembers.instance(name), 1).now().owned().cardinality() > 5;
  }

  /** At once: a member that is closed hands its blocks over, for seconds. */
  @AfterEach
  void stop() {
    Hazelcast.getAllHazelcastInstances()
        .forEach(member -> member.getLifecycleService().terminate());
    grids.forEach(HazelcastGrid::close);
  }

  @Test
  void members_threeOfThem_seeEachOthersNames() {
    for (HazelcastGrid grid : grids) {
      assertThat(grid.members()).extracting(Member::id).containsExactlyElementsOf(NAMES);
      assertThat(grid.members()).contains(grid.self());
      assertThat(grid.healthy()).isTrue();
    }
  }

  @Test
  void map_memberLost_keepsEverythingAndIsWritten() {
    Map<String, String> written =
        IntStream.range(0, 40)
            .mapToObj(Integer::toString)
            .collect(Collectors.toMap(Function.identity(), i -> "v" + i));
    written.forEach((key, value) -> {
      assertThat(await(grid(2).map("jobs").putIfAbsent(key, "v", SharedMap.FOREVER))).isEmpty();
      assertThat(await(grid(1).map("jobs").replace(key, "v", value, SharedMap.FOREVER))).isTrue();
    });
    kill(2);
    SharedMap map = grid(0).map("jobs");
    assertThat(await(map.entries())).isEqualTo(written);
    kill(1);
    assertThat(await(map.entries())).isEqualTo(written);
    assertThat(await(map.replace("1", "v1", "new", SharedMap.FOREVER))).isTrue();
    assertThat(await(map.getAll(List.of("1")))).containsExactly(Map.entry("1", "new"));
  }

  @Test
  void map_watchedOnOneMember_hearsOfTheOthersAlsoAfterALoss() {
    Recorded told = new Recorded();
    try (Subscription _ = grid(0).map("leases").watch(told)) {
      SharedMap other = grid(1).map("leases");
      await(other.putIfAbsent("a", "1", SharedMap.FOREVER));
      await(other.replace("a", "1", "2", SharedMap.FOREVER));
      until(() -> told.of("a").size() == 2);
      assertThat(told.all()).doesNotContain("interrupted");
      kill(2);
      until(() -> told.all().contains("interrupted"));
      await(other.remove("a", "2"));
      await(other.putIfAbsent("b", "1", Duration.ofMillis(300)));
      until(() -> told.of("b").size() == 2);
      assertThat(told.of("a")).containsExactly("a=1", "a=2", "a gone");
      assertThat(told.of("b")).containsExactly("b=1", "b gone");
    }
  }

  @Test
  void map_memberLost_entriesStillEndAndAreTold() {
    Recorded told = new Recorded();
    SharedMap map = grid(0).map("leases");
    try (Subscription _ = map.watch(told)) {
      List<String> keys = IntStream.range(0, 20).mapToObj(i -> "k" + i + "|").toList();
      keys.forEach(key -> await(map.putIfAbsent(key, "1", SharedMap.FOREVER)));
      keys.forEach(key -> await(map.replace(key, "1", "2", Duration.ofSeconds(3))));
      kill(2);
      keys.forEach(key -> until(() -> told.of(key).contains(key + " gone")));
      assertThat(await(map.entries())).isEmpty();
    }
  }

  @Test
  void topic_message_reachesEveryMember() {
    List<Recorded> told = grids.stream().map(_ -> new Recorded()).toList();
    for (int i = 0; i < grids.size(); i++) {
      grid(i).topic("swept").subscribe(told.get(i)::add);
    }
    grid(1).topic("swept").publish("hello");
    told.forEach(recorded -> until(() -> recorded.all().equals(List.of("hello"))));
  }

  @Test
  void local_blockWithOneBackup_isHeldTwiceAndOwnedOnce() {
    List<HeldHere> seen = watchAll();
    putAll();
    until(() -> seen.stream().mapToInt(here -> here.keys().size()).sum() == 2 * BLOCKS);
    for (int i = 0; i < BLOCKS; i++) {
      BlockKey key = key(i);
      assertThat(seen.stream().filter(here -> here.keys().contains(key))).hasSize(2);
      assertThat(seen.stream().filter(here -> here.owned().contains(key))).hasSize(1);
      assertThat(grids.stream().filter(grid -> local(grid).owns(key))).hasSize(1);
    }
    for (int i = 0; i < grids.size(); i++) {
      LocalBlocks local = local(grid(i));
      assertThat(visited(local)).isEqualTo(seen.get(i).keys());
      assertThat(visited(local)).allMatch(key -> local.read(key).isPresent());
      assertThat(all())
          .filteredOn(key -> local.read(key).isPresent())
          .hasSameSizeAs(visited(local));
    }
    assertThat(await(grid(0).blocks().remove(key(0)))).isTrue();
    until(() -> seen.stream().noneMatch(here -> here.keys().contains(key(0))));
  }

  @Test
  void local_memberLost_survivorsHoldEverythingAndHearOfIt() {
    List<HeldHere> seen = watchAll();
    putAll();
    until(() -> seen.stream().mapToInt(here -> here.keys().size()).sum() == 2 * BLOCKS);
    int movedBefore = seen.get(0).timesMoved();
    kill(2);
    until(() -> seen.get(0).keys().equals(all()) && seen.get(1).keys().equals(all()));
    until(() -> owned(grid(0)) + owned(grid(1)) == BLOCKS);
    assertThat(seen.get(0).timesMoved()).isGreaterThan(movedBefore);
    assertThat(visited(local(grid(0)))).isEqualTo(all());
    EncodedBlock read = local(grid(1)).read(key(7)).orElseThrow();
    assertThat(read.chunks()).containsExactlyElementsOf(block(7, 3, 5_000).chunks());
  }

  @Test
  void local_memberJoins_blocksMoveToItAndLeaveOthers() {
    List<HeldHere> seen = watchAll();
    putAll();
    until(() -> seen.stream().mapToInt(here -> here.keys().size()).sum() == 2 * BLOCKS);
    int movedBefore = seen.stream().mapToInt(HeldHere::timesMoved).sum();
    try (HazelcastGrid fresh = start("delta")) {
      HeldHere there = new HeldHere();
      local(fresh).watch(there);
      until(() ->
          owned(fresh) > 0
              && owned(fresh) + grids.stream().mapToLong(grid -> owned(grid)).sum() == BLOCKS);
      until(() -> IntStream.range(0, grids.size()).allMatch(i -> told(seen.get(i), grid(i))));
      assertThat(seen.stream().mapToInt(HeldHere::timesMoved).sum()).isGreaterThan(movedBefore);
      assertThat(visited(local(fresh))).allMatch(key -> local(fresh).read(key).isPresent());
    }
  }

  private static boolean told(HeldHere here, HazelcastGrid grid) {
    return here.keys().equals(visited(local(grid)));
  }

  private List<HeldHere> watchAll() {
    List<HeldHere> all = grids.stream().map(_ -> new HeldHere()).toList();
    for (int i = 0; i < grids.size(); i++) {
      local(grid(i)).watch(all.get(i));
    }
    return all;
  }

  private void putAll() {
    IntStream.range(0, BLOCKS)
        .mapToObj(i -> grid(i % 2).blocks().put(block(i, 3, 5_000), info()))
        .toList()
        .forEach(TestMembers::await);
  }

  private static Set<BlockKey> all() {
    return IntStream.range(0, BLOCKS).mapToObj(i -> key(i)).collect(Collectors.toSet());
  }

  private static long owned(HazelcastGrid grid) {
    LocalBlocks local = local(grid);
    return visited(local).stream().filter(local::owns).count();
  }

  private static Set<BlockKey> visited(LocalBlocks local) {
    HeldHere here = new HeldHere();
    local.visit(here::held);
    return here.keys();
  }

  private static LocalBlocks local(HazelcastGrid grid) {
    return grid.local().orElseThrow();
  }

  private HazelcastGrid grid(int number) {
    return grids.get(number);
  }

  /** Ends the member without letting it hand over or finish anything. */
  private static void kill(int number) {
    TestMembers.instance(NAMES.get(number)).getLifecycleService().terminate();
  }
}
