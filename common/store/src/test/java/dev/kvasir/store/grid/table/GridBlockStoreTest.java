package dev.kvasir.store.grid.table;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
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
import dev.kvasir.store.RecordedRecords;
import dev.kvasir.store.StoreException;
import java.time.Duration;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract on tables without a grid, and what happens when those do not answer. */
class GridBlockStoreTest extends AbstractBlockStoreTest {
  private MapTables tables = new MapTables();

  @Override
  protected BlockStore open() {
    tables = new MapTables();
    return store(Duration.ofSeconds(30));
  }

  @Override
  protected void loseChunk(BlockStore from, BlockKey key, int index) {
    tables.loseRecord(key.hex(), index + 1);
  }

  @Test
  void anything_tablesSilent_failsAtItsDeadline() {
    BlockStore patient = store(Duration.ofSeconds(30));
    putAll(patient, 3);
    tables.silence(true);
    BlockStore hasty = store(Duration.ofMillis(100));
    assertFails(hasty.put(block(1, 3, 50_000), info()));
    assertFails(read(hasty, 1));
    assertFails(hasty.contains(List.of(key(1))));
    assertFails(hasty.remove(key(1)));
    assertFails(hasty.replace(key(1), info(), info()));
    assertThatThrownBy(hasty::stats).isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> hasty.list(null, 1))
        .isInstanceOf(StoreException.class)
        .hasMessage("map: list took longer than 100 ms");
    tables.silence(false);
    assertHasAll(patient, 3);
  }

  @Test
  void pull_manyBlocks_theyAdvanceSideBySide() {
    BlockStore store = store(Duration.ofSeconds(30));
    List<BlockKey> keys = IntStream.range(0, 20).mapToObj(Blocks::key).toList();
    IntStream.range(0, 20).forEach(i -> store.put(block(i, 10, 1_000), info()).join());
    tables.hold();
    RecordedRecords records = new RecordedRecords();
    var pulls = store.pull(keys, records);
    while (tables.releaseFirst()) {
      IntSummaryStatistics arrived =
          keys.stream().mapToInt(key -> records.of(key).size()).summaryStatistics();
      assertThat(arrived.getMax() - arrived.getMin()).isLessThanOrEqualTo(2);
    }
    pulls.values().forEach(pull -> assertThat(pull.join()).isTrue());
  }

  @Test
  void pull_oftenGivenUp_leavesTheWindowToOthers() {
    BlockStore store = store(Duration.ofSeconds(30));
    store.put(block(1, 40, 50_000), info()).join();
    for (int i = 0; i < 100; i++) {
      var pulls = store.pull(List.of(key(1)), new RecordedRecords(i % 5));
      assertThat(pulls.values()).allSatisfy(pull -> assertThat(pull.join()).isFalse());
    }
    assertThat(read(store, 1).join()).isPresent();
  }

  private BlockStore store(Duration deadline) {
    return new GridBlockStore(
        tables, new GridCalls("map"), new GridLimits(100_000, 100_000, deadline, deadline));
  }
}
