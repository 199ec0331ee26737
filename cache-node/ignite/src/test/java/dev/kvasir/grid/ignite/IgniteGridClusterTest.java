package dev.kvasir.grid.ignite;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.StoreException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.ignite.Ignite;
import org.apache.ignite.Ignition;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three data nodes of which each test may lose some. */
@Tag("cluster")
class IgniteGridClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_NANOS = 5_000_000;
  private static final int BLOCKS = 60;
  private static final List<String> NAMES = List.of("alpha", "beta", "gamma");
  private static final int SEED = 47810;

  private List<IgniteGrid> grids = List.of();

  @BeforeEach
  void start() {
    System.setProperty("IGNITE_DUMP_THREADS_ON_FAILURE", "false");
    grids = IntStream.range(0, NAMES.size()).mapToObj(i -> start(NAMES.get(i), i)).toList();
    until(() -> IntStream.range(0, grids.size()).allMatch(IgniteGridClusterTest::hasShare));
  }

  /** A node that joins becomes a first owner only after it was given its backups. */
  private static boolean hasShare(int node) {
    Ignite ignite = ignite(node);
    return Stream.of(NodeConfiguration.ENTRIES, NodeConfiguration.RECORDS, MapCache.NAME)
        .map(cache -> OwnedParts.of(ignite.affinity(cache), ignite.cluster().localNode()))
        .noneMatch(parts -> parts.primary().isEmpty());
  }

  private static IgniteGrid start(String name, int number) {
    return IgniteGrid.start(
        TestNodes.settings(name, SEED + 10 * number, SEED).withDataNodes(NAMES.size()));
  }

  @AfterEach
  void stop() {
    grids.reversed().forEach(IgniteGrid::close);
  }

  @Test
  void members_threeNodes_seeEachOthersNamesAndAddresses() {
    for (IgniteGrid grid : grids) {
      assertThat(grid.members()).extracting(Member::id).containsExactlyElementsOf(NAMES);
      assertThat(grid.members()).contains(grid.self());
      assertThat(grid.healthy()).isTrue();
    }
    assertThat(grid(1).self().attributes())
        .containsEntry("role", "member")
        .containsEntry("discovery", "127.0.0.1:" + (SEED + 10))
        .containsEntry("communication", "127.0.0.1:" + (SEED + 11));
  }

  @Test
  void map_nodeLost_keepsEverythingAndIsWritten() {
    SharedMap map = grid(0).map("jobs");
    Map<String, String> written =
        IntStream.range(0, 40).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v" + i));
    written.forEach((key, value) ->
        assertThat(await(grid(2).map("jobs").putIfAbsent(key, value, SharedMap.FOREVER)))
            .isEmpty());
    kill(2);
    assertThat(await(map.entries())).isEqualTo(written);
    assertThat(await(grid(1).map("jobs").replace("k1", "v1", "new", SharedMap.FOREVER))).isTrue();
    assertThat(await(map.getAll(List.of("k1")))).containsExactly(Map.entry("k1", "new"));
    assertThat(grid(0).healthy()).isTrue();
  }

  @Test
  void map_watchedOnOneNode_hearsOfTheOthersAlsoAfterALoss() {
    Recorded told = new Recorded();
    try (Subscription _ = grid(0).map("leases").watch(told)) {
      SharedMap other = grid(1).map("leases");
      await(other.putIfAbsent("a", "1", SharedMap.FOREVER));
      await(other.replace("a", "1", "2", SharedMap.FOREVER));
      kill(2);
      await(other.remove("a", "2"));
      await(other.putIfAbsent("b", "1", Duration.ofMillis(300)));
      until(() -> told.of("b").size() == 2);
      assertThat(told.of("a")).containsExactly("a=1", "a=2", "a gone");
      assertThat(told.of("b")).containsExactly("b=1", "b gone");
    }
  }

  @Test
  void topic_message_reachesEveryNode() {
    List<Recorded> told = grids.stream().map(_ -> new Recorded()).toList();
    for (int i = 0; i < grids.size(); i++) {
      grid(i).topic("swept").subscribe(told.get(i)::add);
    }
    grid(1).topic("swept").publish("hello");
    told.forEach(recorded -> until(() -> recorded.all().equals(List.of("hello"))));
  }

  @Test
  void map_minorityLeft_refusesWritesAndIsUnhealthy() {
    SharedMap map = grid(0).map("pins");
    assertThat(await(map.putIfAbsent("a", "1", SharedMap.FOREVER))).isEmpty();
    kill(2);
    kill(1);
    until(() -> grid(0).members().size() == 1);
    assertFails(map.putIfAbsent("b", "1", SharedMap.FOREVER));
    assertFails(map.replace("a", "1", "2", SharedMap.FOREVER));
    assertFails(map.remove("a", "1"));
    assertThat(grid(0).healthy()).isFalse();
    assertThat(await(grid(0).blocks().put(block(1, 2, 100), info()))).isNotNull();
  }

  @Test
  void healthy_expelledNode_isNotAndStaysSo() {
    discovery(0).failNode(ignite(2).cluster().localNode().id(), "expelled by a test");
    until(() -> !grid(2).healthy());
    until(() -> grid(0).members().size() == 2);
    until(() -> grid(2).members().isEmpty());
    assertThat(grid(0).healthy()).isTrue();
    assertFails(grid(2).map("pins").putIfAbsent("a", "1", SharedMap.FOREVER));
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
    }
    for (int i = 0; i < grids.size(); i++) {
      LocalBlocks local = local(i);
      assertThat(visited(local)).isEqualTo(seen.get(i).keys());
      assertThat(visited(local)).allMatch(key -> local.read(key).isPresent());
    }
    assertThat(await(grid(0).blocks().remove(key(0)))).isTrue();
    until(() -> seen.stream().noneMatch(here -> here.keys().contains(key(0))));
  }

  @Test
  void local_nodeLost_survivorsHoldEverythingAndHearOfIt() {
    List<HeldHere> seen = watchAll();
    putAll();
    until(() -> seen.stream().mapToInt(here -> here.keys().size()).sum() == 2 * BLOCKS);
    int movesBefore = seen.get(0).timesMoved();
    kill(2);
    Set<BlockKey> all =
        IntStream.range(0, BLOCKS).mapToObj(i -> key(i)).collect(Collectors.toSet());
    until(() -> seen.get(0).keys().equals(all) && seen.get(1).keys().equals(all));
    until(() -> owned(0) + owned(1) == BLOCKS);
    assertThat(seen.get(0).timesMoved()).isGreaterThan(movesBefore);
    assertThat(visited(local(0))).isEqualTo(all);
    EncodedBlock read = local(1).read(key(7)).orElseThrow();
    assertThat(read.chunks()).containsExactlyElementsOf(block(7, 3, 5_000).chunks());
  }

  @Test
  void local_nodeJoins_blocksMoveToItAndLeaveOthers() {
    kill(2);
    until(() -> grid(0).members().size() == 2);
    List<HeldHere> seen = watchAll();
    putAll();
    until(() -> owned(0) + owned(1) == BLOCKS);
    try (IgniteGrid fresh = start("delta", 3)) {
      LocalBlocks newcomer = fresh.local().orElseThrow();
      until(() -> visited(newcomer).stream().anyMatch(newcomer::owns));
      until(() -> owned(0) + owned(1) + owned(newcomer) == BLOCKS);
      until(() -> visited(local(0)).equals(seen.get(0).keys()));
      assertThat(seen.get(0).keys()).hasSizeLessThan(BLOCKS);
      assertThat(visited(newcomer)).allMatch(key -> newcomer.read(key).isPresent());
    }
  }

  private List<HeldHere> watchAll() {
    List<HeldHere> all = grids.stream().map(_ -> new HeldHere()).toList();
    for (int i = 0; i < grids.size(); i++) {
      if (grid(i).healthy()) {
        local(i).watch(all.get(i));
      }
    }
    return all;
  }

  private void putAll() {
    IntStream.range(0, BLOCKS)
        .mapToObj(i -> grid(i % 2).blocks().put(block(i, 3, 5_000), info()))
        .toList()
        .forEach(IgniteGridClusterTest::await);
  }

  private long owned(int node) {
    return owned(local(node));
  }

  private static long owned(LocalBlocks local) {
    return visited(local).stream().filter(local::owns).count();
  }

  private static Set<BlockKey> visited(LocalBlocks local) {
    HeldHere here = new HeldHere();
    local.visit(here::held);
    return here.keys();
  }

  private LocalBlocks local(int node) {
    return grid(node).local().orElseThrow();
  }

  private IgniteGrid grid(int node) {
    return grids.get(node);
  }

  private static Ignite ignite(int node) {
    return Ignition.ignite(NAMES.get(node));
  }

  private static TcpDiscoverySpi discovery(int node) {
    return (TcpDiscoverySpi) ignite(node).configuration().getDiscoverySpi();
  }

  /** Ends the node without letting it hand over or finish anything. */
  private static void kill(int node) {
    discovery(node).simulateNodeFailure();
    Ignition.stop(NAMES.get(node), true);
  }

  private static void assertFails(CompletableFuture<?> future) {
    assertThat(future)
        .failsWithin(PATIENCE)
        .withThrowableOfType(Exception.class)
        .withCauseInstanceOf(StoreException.class);
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(end);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }
}
