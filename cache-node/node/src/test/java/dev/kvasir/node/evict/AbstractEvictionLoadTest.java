package dev.kvasir.node.evict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreStats;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.pressure.PatientStore;
import dev.kvasir.store.pressure.Pressure;
import dev.kvasir.store.touch.Touches;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Eight writers on a node that holds a quarter of what they write. */
abstract class AbstractEvictionLoadTest {
  private static final Logger log = LoggerFactory.getLogger(AbstractEvictionLoadTest.class);
  private static final Duration LENGTH =
      Duration.ofSeconds(Integer.getInteger("kvasir.evict.seconds", 10));
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  static final long BUDGET_BYTES = 96L << 20;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicLong mostBytes = new AtomicLong();

  /** A node of its own that holds more than the budget; this suite closes it. */
  protected abstract Grid open();

  @Test
  void eightWriters_fourTimesTheBudget_staysWithinItAndKeepsTheRightBlocks()
      throws InterruptedException, ExecutionException {
    TestBlocks blocks = new TestBlocks(4 * BUDGET_BYTES);
    try (Grid grid = open();
        Evictor evictor = Evictor.start(grid, EvictorSettings.of(BUDGET_BYTES, 1), registry);
        PatientStore store =
            new PatientStore(
                grid.blocks(),
                grid.topic(Pressure.TOPIC),
                new PatientStore.Settings(BUDGET_BYTES / 48, PATIENCE));
        Touches touches = new Touches(grid.topic(Touches.TOPIC));
        ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor()) {
      var _ =
          sampler.scheduleWithFixedDelay(
              () -> sample(grid.blocks(), evictor), 50, 50, TimeUnit.MILLISECONDS);
      EvictionLoad load = new EvictionLoad(store, touches, blocks, BUDGET_BYTES);
      load.run(LENGTH);
      log.info(
          "grid={} seconds={} {} evictions={} most={} % of the budget",
          grid.name(),
          LENGTH.toSeconds(),
          load.report(),
          (long) registry.counter("kvasir.node.evictions").count(),
          100 * mostBytes.get() / BUDGET_BYTES);
      assertThat(load.halves()).isZero();
      assertThat(load.refused()).isZero();
      assertThat(mostBytes.get()).isBetween(BUDGET_BYTES / 2, BUDGET_BYTES * 11 / 10);
      assertThat(load.hitRate()).isGreaterThan(load.lruHitRate() - 0.03);
      assertThat(grid.members()).hasSize(1);
      Waiting.until(() -> evictor.state().leavingBytes() == 0);
      LocalBlocks local = grid.local().orElseThrow();
      assertThat(halfBlocks(local)).as("half blocks counted").isEmpty();
      assertThat(everyBlockIsWhole(grid.blocks(), blocks)).isTrue();
      assertThat(local.sweep(Duration.ZERO)).isEqualTo(LocalBlocks.Swept.NOTHING);
      assertThat(local.sweep(Duration.ZERO)).isEqualTo(LocalBlocks.Swept.NOTHING);
      assertThat(registry.counter("kvasir.node.half.blocks").count()).isZero();
      assertThat(registry.counter("kvasir.node.left.records").count()).isZero();
      Waiting.until(() -> booksAreRight(grid.blocks(), evictor));
    }
  }

  private void sample(BlockStore store, Evictor evictor) {
    long bytes = Math.max(store.stats().bytes(), evictor.state().residentBytes());
    mostBytes.accumulateAndGet(bytes, Math::max);
  }

  /** Blocks that are counted although a record is missing; nothing runs meanwhile. */
  private static List<BlockKey> halfBlocks(LocalBlocks local) {
    List<BlockKey> counted = new ArrayList<>();
    local.visit(held -> counted.add(held.block().key()));
    return counted.stream().filter(key -> local.read(key).isEmpty()).toList();
  }

  private static boolean everyBlockIsWhole(BlockStore store, TestBlocks blocks) {
    Set<BlockKey> counted = new HashSet<>();
    store.scan(block -> counted.add(block.key()));
    for (int i = 0; i < blocks.count(); i++) {
      BlockKey key = blocks.key(i);
      int number = i;
      var read = store.get(List.of(key)).values().iterator().next().join();
      read.ifPresent(block -> assertThat(blocks.isWhole(number, block)).isTrue());
      if (read.isPresent() != counted.contains(key)) {
        log.info("block={} counted={} whole={}", i, counted.contains(key), read.isPresent());
        return false;
      }
    }
    return true;
  }

  private static boolean booksAreRight(BlockStore store, Evictor evictor) {
    EvictorState state = evictor.state();
    return new StoreStats(state.blocks(), state.residentBytes()).equals(store.stats());
  }
}
