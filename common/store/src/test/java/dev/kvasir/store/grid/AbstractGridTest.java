package dev.kvasir.store.grid;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.Scope;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.delete.Deletions;
import dev.kvasir.store.delete.Removed;
import dev.kvasir.store.delete.Selector;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.document.NamedDocuments;
import dev.kvasir.store.memory.MemoryGrid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every grid must do besides storing blocks. */
public abstract class AbstractGridTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(500);

  private Grid grid = new MemoryGrid();
  private SharedMap map = grid.map("none");

  /** A grid whose only node holds blocks; the suite does not close it. */
  protected abstract Grid open();

  /**
   * Takes a block's entry away behind the grid's back and leaves its records, as a writer does that
   * dies before its end. A grid that can't hold a part of a block loses the whole block.
   */
  protected abstract void loseEntry(Grid from, BlockKey key);

  /** How many records lie in this grid's memory. */
  protected abstract int records(Grid in);

  @BeforeEach
  void openGrid() {
    grid = open();
    map = grid.map("test-" + UUID.randomUUID());
  }

  @AfterEach
  void emptyGrid() {
    List<BlockKey> stored = new ArrayList<>();
    grid.blocks().scan(block -> stored.add(block.key()));
    stored.forEach(key -> await(grid.blocks().remove(key)));
  }

  @Test
  void map_sameName_isTheSameMap() {
    String name = "map-" + UUID.randomUUID();
    await(grid.map(name).putIfAbsent("a", "1", SharedMap.FOREVER));
    assertThat(await(grid.map(name).entries())).containsExactly(Map.entry("a", "1"));
    assertThat(await(map.entries())).isEmpty();
  }

  @Test
  void putIfAbsent_keyThere_keepsItAndTellsIt() {
    assertThat(await(map.putIfAbsent("a", "1", SharedMap.FOREVER))).isEmpty();
    assertThat(await(map.putIfAbsent("a", "2", SharedMap.FOREVER))).contains("1");
    assertThat(await(map.getAll(List.of("a", "b")))).containsExactly(Map.entry("a", "1"));
  }

  @Test
  void replace_onlyTheExpectedValue_isReplaced() {
    await(map.putIfAbsent("a", "1", SharedMap.FOREVER));
    assertThat(await(map.replace("a", "0", "2", SharedMap.FOREVER))).isFalse();
    assertThat(await(map.replace("b", "0", "2", SharedMap.FOREVER))).isFalse();
    assertThat(await(map.replace("a", "1", "2", SharedMap.FOREVER))).isTrue();
    assertThat(await(map.entries())).containsExactly(Map.entry("a", "2"));
  }

  @Test
  void remove_onlyTheExpectedValue_isRemoved() {
    await(map.putIfAbsent("a", "1", SharedMap.FOREVER));
    assertThat(await(map.remove("a", "0"))).isFalse();
    assertThat(await(map.remove("a", "1"))).isTrue();
    assertThat(await(map.remove("a", "1"))).isFalse();
    assertThat(await(map.entries())).isEmpty();
  }

  @Test
  void replace_concurrentCounting_losesNothing() {
    await(map.putIfAbsent("count", "0", SharedMap.FOREVER));
    List<CompletableFuture<Void>> counters =
        IntStream.range(0, 4)
            .mapToObj(
                _ -> CompletableFuture.runAsync(() -> IntStream.range(0, 25).forEach(_ -> count())))
            .toList();
    counters.forEach(AbstractGridTest::await);
    assertThat(await(map.entries())).containsExactly(Map.entry("count", "100"));
  }

  private void count() {
    while (true) {
      String now = Objects.requireNonNull(await(map.getAll(List.of("count"))).get("count"));
      String next = Integer.toString(Integer.parseInt(now) + 1);
      if (await(map.replace("count", now, next, SharedMap.FOREVER))) {
        return;
      }
    }
  }

  @Test
  void putIfAbsent_timeToLive_endsByItself() {
    await(map.putIfAbsent("a", "1", SHORT));
    until(() -> await(map.entries()).isEmpty());
    assertThat(await(map.putIfAbsent("a", "2", SharedMap.FOREVER))).isEmpty();
  }

  @Test
  void replace_timeToLive_beginsAnew() {
    await(map.putIfAbsent("a", "1", SharedMap.FOREVER));
    await(map.replace("a", "1", "2", SHORT));
    until(() -> await(map.entries()).isEmpty());
    await(map.putIfAbsent("b", "1", SHORT));
    assertThat(await(map.replace("b", "1", "2", SharedMap.FOREVER))).isTrue();
    await(map.putIfAbsent("clock", "1", SHORT.multipliedBy(2)));
    until(() -> !await(map.entries()).containsKey("clock"));
    assertThat(await(map.entries())).containsExactly(Map.entry("b", "2"));
  }

  @Test
  void watch_changes_areToldInOrderUntilClosed() throws InterruptedException {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    Subscription watching = map.watch(new Told(told));
    await(map.putIfAbsent("a", "1", SharedMap.FOREVER));
    await(map.replace("a", "1", "2", SharedMap.FOREVER));
    await(map.remove("a", "2"));
    assertThat(next(told)).isEqualTo("a=1");
    assertThat(next(told)).isEqualTo("a=2");
    assertThat(next(told)).isEqualTo("a gone");
    watching.close();
    await(map.putIfAbsent("a", "3", SharedMap.FOREVER));
    assertThat(told).isEmpty();
  }

  @Test
  void watch_timeRunsOut_isTold() throws InterruptedException {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    try (Subscription _ = map.watch(new Told(told))) {
      await(map.putIfAbsent("a", "1", SHORT));
      assertThat(next(told)).isEqualTo("a=1");
      until(() -> await(map.entries()).isEmpty());
      assertThat(next(told)).isEqualTo("a gone");
    }
  }

  @Test
  void topic_message_reachesEverySubscriber() throws InterruptedException {
    Topic topic = grid.topic("topic-" + UUID.randomUUID());
    BlockingQueue<String> first = new LinkedBlockingQueue<>();
    BlockingQueue<String> second = new LinkedBlockingQueue<>();
    Subscription one = topic.subscribe(first::add);
    try (Subscription _ = topic.subscribe(second::add)) {
      topic.publish("hello");
      assertThat(next(first)).isEqualTo("hello");
      assertThat(next(second)).isEqualTo("hello");
      one.close();
      topic.publish("again");
      assertThat(next(second)).isEqualTo("again");
      assertThat(first).isEmpty();
    }
  }

  @Test
  void members_oneNode_isThisOne() {
    assertThat(grid.members()).containsExactly(grid.self());
  }

  @Test
  void local_blocksOfTheOnlyNode_areHeldAndOwned() {
    LocalBlocks local = local();
    EncodedBlock block = block(1, 3, 1000);
    await(grid.blocks().put(block, info()));
    List<LocalBlocks.Held> held = new ArrayList<>();
    local.visit(held::add);
    assertThat(held)
        .containsExactly(
            new LocalBlocks.Held(new StoredBlock(key(1), 3, block.sizeBytes(), info()), true));
    assertThat(local.owns(key(1))).isTrue();
    EncodedBlock read = local.read(key(1)).orElseThrow();
    assertThat(read.header()).isEqualTo(block.header());
    assertThat(read.chunks()).containsExactlyElementsOf(block.chunks());
    assertThat(local.read(key(2))).isEmpty();
  }

  @Test
  void local_watch_tellsOfBlocksThatComeChangeAndGo() throws InterruptedException {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    try (Subscription _ = local().watch(new Seen(told))) {
      await(grid.blocks().put(block(1, 2, 10), info()));
      assertThat(next(told)).isEqualTo(key(1) + " 0");
      await(grid.blocks().replace(key(1), info(), Seen.later()));
      assertThat(next(told)).isEqualTo(key(1) + " 9");
      await(grid.blocks().remove(key(1)));
      assertThat(next(told)).isEqualTo(key(1) + " gone");
    }
  }

  @Test
  void local_sweep_dropsWhatBelongsToNoBlockAndNothingElse() {
    IntStream.range(1, 4).forEach(i -> await(grid.blocks().put(block(i, 3, 1000), info())));
    loseEntry(grid, key(2));
    int left = records(grid) - 2 * 4;
    LocalBlocks local = local();
    assertThat(local.sweep(PATIENCE)).isEqualTo(LocalBlocks.Swept.NOTHING);
    assertThat(records(grid)).isEqualTo(2 * 4 + left);
    assertThat(local.sweep(Duration.ZERO)).isEqualTo(new LocalBlocks.Swept(0, left));
    assertThat(records(grid)).isEqualTo(2 * 4);
    assertThat(local.read(key(1))).isPresent();
    assertThat(local.read(key(3))).isPresent();
    assertThat(grid.blocks().stats().blocks()).isEqualTo(2);
  }

  @Test
  void documents_namedForAStoredPassage_areAddedAndDeletedByTheirNames() {
    DocumentRef one = new DocumentRef(Optional.empty(), Optional.of("one"));
    DocumentRef two = new DocumentRef(Optional.of("papers"), Optional.of("two"));
    await(grid.blocks().put(block(1, 2, 10), info().withDocuments(Set.of(one))));
    try (NamedDocuments documents = new NamedDocuments(grid.blocks())) {
      documents.named(key(1), Set.of(two));
      until(() -> documentsOf(key(1)).equals(Set.of(one, two)));
    }
    Tombstones tombstones = new Tombstones(map, PATIENCE);
    Deletions deletions = new Deletions(grid, grid.blocks(), tombstones, Duration.ofMillis(1));
    Scope scope = new Scope.Tenant("acme");
    Removed block = new Removed(1, block(1, 2, 10).sizeBytes());
    assertThat(deletions.delete(new Selector.Document(scope, "two")).shared()).isOne();
    assertThat(documentsOf(key(1))).containsExactly(one);
    assertThat(deletions.delete(new Selector.Document(scope, "one")).memory()).isEqualTo(block);
    assertThat(await(grid.blocks().contains(List.of(key(1))))).isEmpty();
  }

  private Set<DocumentRef> documentsOf(BlockKey key) {
    return await(grid.blocks().describe(List.of(key)))
        .values()
        .iterator()
        .next()
        .info()
        .documents();
  }

  private LocalBlocks local() {
    return grid.local().orElseThrow();
  }

  private record Told(BlockingQueue<String> queue) implements SharedMap.Watcher {
    @Override
    public void changed(String key, String value) {
      queue.add(key + "=" + value);
    }

    @Override
    public void gone(String key) {
      queue.add(key + " gone");
    }

    @Override
    public void interrupted() {}
  }

  private record Seen(BlockingQueue<String> queue) implements LocalBlocks.Watcher {
    static BlockInfo later() {
      var info = info();
      return new BlockInfo(info.model(), info.scope(), 9, info.documents(), info.storedAt());
    }

    @Override
    public void held(LocalBlocks.Held block) {
      queue.add(block.block().key() + " " + block.block().info().generation());
    }

    @Override
    public void gone(BlockKey key) {
      queue.add(key + " gone");
    }

    @Override
    public void moved() {}
  }

  private static String next(BlockingQueue<String> queue) throws InterruptedException {
    return Objects.requireNonNull(
        queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS), "nothing was told");
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }
}
