package dev.kvasir.store.grid.table;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static dev.kvasir.store.ManyBlocks.assertHasAll;
import static dev.kvasir.store.ManyBlocks.putAll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.store.BlockStore;
import dev.kvasir.store.grid.LocalBlocks.Swept;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeftoversTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofMinutes(2);

  private final AtomicLong nanos = new AtomicLong();
  private final MapTables tables = new MapTables();
  private final GridCalls calls = new GridCalls("map");
  private final BlockStore store =
      new GridBlockStore(tables, calls, new GridLimits(100_000, 100_000, DEADLINE, DEADLINE));
  private final Leftovers leftovers =
      new Leftovers(tables.parts(), tables, calls, DEADLINE, nanos::get);

  @Test
  void sweep_recordsWithoutEntry_goAfterTheGrace() {
    putAll(store, 3);
    tables.loseEntry(key(1).hex());
    assertThat(leftovers.sweep(GRACE)).isEqualTo(Swept.NOTHING);
    pass(GRACE.dividedBy(2));
    assertThat(leftovers.sweep(GRACE)).isEqualTo(Swept.NOTHING);
    assertThat(tables.records()).isEqualTo(3 * 4);
    pass(GRACE.dividedBy(2));
    assertThat(leftovers.sweep(GRACE)).isEqualTo(new Swept(0, 4));
    assertThat(tables.records()).isEqualTo(2 * 4);
    assertThat(leftovers.sweep(GRACE)).isEqualTo(Swept.NOTHING);
    assertThat(store.stats().blocks()).isEqualTo(2);
  }

  @Test
  void sweep_blockWrittenAgain_keepsTheLaterWrite() {
    putAll(store, 1);
    tables.loseEntry(key(0).hex());
    leftovers.sweep(GRACE);
    putAll(store, 1);
    pass(GRACE);
    assertThat(leftovers.sweep(GRACE)).isEqualTo(new Swept(0, 4));
    assertHasAll(store, 1);
  }

  @Test
  void sweep_entryComesAfterAll_keepsTheBlock() {
    store.put(block(0, 3, 50_000), info()).join();
    BlockEntry late = tables.removeEntry(key(0).hex()).join().orElseThrow();
    leftovers.sweep(GRACE);
    tables.putEntry(key(0).hex(), late).join();
    pass(GRACE);
    assertThat(leftovers.sweep(GRACE)).isEqualTo(Swept.NOTHING);
    assertHasAll(store, 1);
  }

  @Test
  void sweep_blockThatLacksARecord_goesWhole() {
    putAll(store, 2);
    tables.loseRecord(key(1).hex(), 2);
    leftovers.sweep(GRACE);
    pass(GRACE);
    assertThat(leftovers.sweep(GRACE)).isEqualTo(new Swept(1, 0));
    assertThat(tables.records()).isEqualTo(4);
    assertThat(store.stats().blocks()).isEqualTo(1);
    assertHasAll(store, 1);
  }

  @Test
  void sweep_somethingElseAmissLater_waitsForItsOwnGrace() {
    putAll(store, 2);
    tables.loseEntry(key(0).hex());
    leftovers.sweep(GRACE);
    pass(GRACE);
    tables.loseEntry(key(1).hex());
    assertThat(leftovers.sweep(GRACE)).isEqualTo(new Swept(0, 4));
    assertThat(tables.records()).isEqualTo(4);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
