package dev.kvasir.node.evict;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.memory.MemoryGrid;
import dev.kvasir.store.pin.Pins;
import dev.kvasir.store.touch.Touches;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EvictorTest {
  private static final EvictorSettings ONE_MIB = EvictorSettings.of(1 << 20, 1);
  private static final Duration LONG = Duration.ofHours(1);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final TestGrid grid = new TestGrid(new MemoryGrid());
  private final BlockStore store = grid.blocks();
  private final Pins pins = new Pins(grid.map(Pins.MAP), InstantSource.system());

  @AfterEach
  void closeGrid() {
    grid.close();
  }

  @Test
  void start_blocksThatLieHere_areTakenOver() {
    put(0, 30);
    try (Evictor evictor = start()) {
      until(() -> evictor.state().blocks() > 0 && evictor.state().leavingBytes() == 0);
      assertBooksAreRight(evictor);
    }
  }

  @Test
  void put_moreThanTheBudget_removesWholeBlocks() {
    try (Evictor evictor = start()) {
      put(0, 40);
      until(() -> evictor.state().leavingBytes() == 0);
      assertBooksAreRight(evictor);
      assertThat(registry.counter("kvasir.node.evictions").count())
          .isEqualTo(40.0 - store.stats().blocks());
      assertThat(registry.counter("kvasir.node.evicted.bytes").count())
          .isEqualTo(40.0 * 100_100 - store.stats().bytes());
    }
  }

  @Test
  void pin_underPressure_staysAndGoesWhenFree() {
    try (Evictor evictor = start()) {
      put(0, 3);
      IntStream.range(0, 3).forEach(i -> pins.pin(key(i), "test", LONG).join());
      put(10, 60);
      until(() -> evictor.state().leavingBytes() == 0);
      assertThat(store.contains(keys(0, 3)).join()).hasSize(3);
      assertThat(evictor.state().pinnedBytes()).isEqualTo(3 * 100_100);
      IntStream.range(0, 3).forEach(i -> pins.unpin(key(i), "test").join());
      assertThat(evictor.state().pinnedBytes()).isZero();
      until(() -> evictor.state().leavingBytes() == 0);
      assertBooksAreRight(evictor);
    }
  }

  @Test
  void pin_madeBeforeTheEvictorAndTheBlock_counts() {
    pins.pin(key(5), "test", LONG).join();
    try (Evictor evictor = start()) {
      put(0, 60);
      until(() -> evictor.state().leavingBytes() == 0);
      assertThat(store.contains(keys(5, 6)).join()).hasSize(1);
    }
  }

  @Test
  void pin_newsMissed_isReadBeforeTheRemoval() {
    grid.muteMaps();
    try (Evictor evictor = start()) {
      pins.pin(key(0), "test", LONG).join();
      put(0, 1);
      assertThat(evictor.state().pinnedBytes()).isZero();
      put(10, 60);
      until(() -> evictor.state().leavingBytes() == 0);
      assertThat(store.contains(keys(0, 1)).join()).hasSize(1);
    }
  }

  @Test
  void touches_usedBlocks_outliveAStreamOfOthers() {
    try (Evictor evictor = start();
        Touches touches = new Touches(grid.topic(Touches.TOPIC))) {
      put(0, 5);
      IntStream.range(0, 300).forEach(_ -> touches.used(keys(0, 5)));
      until(() -> registry.counter("kvasir.node.touches").count() >= 1_500);
      put(100, 400);
      until(() -> evictor.state().leavingBytes() == 0);
      assertThat(store.contains(keys(0, 5)).join()).hasSize(5);
    }
  }

  @Test
  void touches_hostileMessages_areCountedAndIgnored() {
    try (Evictor evictor = start()) {
      List<String> messages = List.of("", "1 ", "1 x", "hello", "1 " + "A".repeat(20_000));
      messages.forEach(grid.topic(Touches.TOPIC)::publish);
      assertThat(registry.counter("kvasir.node.touches.refused").count()).isEqualTo(5);
      assertThat(evictor.state().blocks()).isZero();
    }
  }

  @Test
  void remove_fails_isTriedAgainAndCounted() {
    try (Evictor evictor = start()) {
      grid.failRemovals(true);
      put(0, 30);
      until(() -> registry.counter("kvasir.node.eviction.failures").count() > 0);
      assertThat(store.stats().blocks()).isEqualTo(30);
      assertThat(evictor.isFull()).isTrue();
      grid.failRemovals(false);
      until(() -> evictor.state().leavingBytes() == 0);
      assertBooksAreRight(evictor);
      until(() -> !evictor.isFull());
    }
  }

  @Test
  void moved_blocksOfAnotherOwner_areForgottenButNotRemoved() {
    try (Evictor evictor = start()) {
      put(0, 5);
      assertThat(evictor.state().blocks()).isEqualTo(5);
      grid.disown(Set.of(key(1), key(2)));
      until(() -> evictor.state().blocks() == 3);
      assertThat(store.stats().blocks()).isEqualTo(5);
      grid.disown(Set.of());
      until(() -> evictor.state().blocks() == 5);
    }
  }

  @Test
  void tick_whatDeadWritersLeft_isSweptOnceAMinuteAndCounted() {
    grid.leave(new LocalBlocks.Swept(2, 5));
    try (Evictor evictor = start()) {
      IntStream.range(0, 600).forEach(_ -> evictor.tick());
      until(() -> registry.counter("kvasir.node.left.records").count() == 5);
      assertThat(registry.counter("kvasir.node.half.blocks").count()).isEqualTo(2);
    }
  }

  @Test
  void start_nodeThatHoldsNoBlocks_isRefused() {
    grid.holdNothing();
    assertThatThrownBy(this::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("start no evictor");
  }

  private Evictor start() {
    return Evictor.start(grid, ONE_MIB, registry);
  }

  /** Blocks of 100,100 bytes. */
  private void put(int from, int to) {
    IntStream.range(from, to).forEach(i -> store.put(block(i, 2, 50_000), info()).join());
  }

  private void assertBooksAreRight(Evictor evictor) {
    assertThat(evictor.state().blocks()).isEqualTo(store.stats().blocks());
    assertThat(evictor.state().keptBytes()).isEqualTo(store.stats().bytes());
    assertThat(store.stats().bytes()).isBetween(1L, 1L << 20);
  }

  private static List<BlockKey> keys(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> key(i)).toList();
  }

  private static void until(BooleanSupplier condition) {
    Waiting.until(condition);
  }
}
