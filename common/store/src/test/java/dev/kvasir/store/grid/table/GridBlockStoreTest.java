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
import java.util.concurrent.CompletableFuture;
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
    pulls.values().forEach(pull -> assertThat(pull.join()).isPresent());
  }

  @Test
  void pull_blockWrittenAnewMeanwhile_goesOnWithTheNewRecords() {
    BlockStore store = store(Duration.ofSeconds(30));
    putAll(store, 1);
    tables.hold();
    RecordedRecords records = new RecordedRecords();
    var pulls = store.pull(List.of(key(0)), records);
    tables.releaseFirst();
    tables.releaseFirst();
    assertThat(records.of(key(0))).hasSize(2);
    putAll(store, 1);
    while (tables.releaseFirst()) {}
    assertThat(pulls.values()).allSatisfy(pull -> assertThat(pull.join()).isPresent());
    assertThat(records.of(key(0))).hasSize(4);
  }

  @Test
  void pull_oftenGivenUp_leavesTheWindowToOthers() {
    BlockStore store = store(Duration.ofSeconds(30));
    store.put(block(1, 40, 50_000), info()).join();
    for (int i = 0; i < 100; i++) {
      var pulls = store.pull(List.of(key(1)), new RecordedRecords(i % 5));
      assertThat(pulls.values()).allSatisfy(pull -> assertThat(pull.join()).isEmpty());
    }
    assertThat(read(store, 1).join()).isPresent();
  }

  @Test
  void put_overAStoredBlock_leavesItsOwnRecordsOnly() {
    BlockStore store = store(Duration.ofSeconds(30));
    putAll(store, 2);
    putAll(store, 2);
    assertThat(tables.records()).isEqualTo(2 * 4);
    assertHasAll(store, 2);
  }

  @Test
  void put_aRecordFails_leavesNothingAndTheOldBlock() {
    BlockStore store = store(Duration.ofSeconds(30));
    putAll(store, 1);
    tables.failAfter(2);
    assertFails(store.put(block(0, 3, 50_000), info()));
    assertFails(store.put(block(1, 3, 50_000), info()));
    assertThat(tables.records()).isEqualTo(4);
    assertHasAll(store, 1);
    assertThat(store.stats().blocks()).isEqualTo(1);
  }

  @Test
  void get_aRecordIsGone_takesTheRestAway() {
    BlockStore store = store(Duration.ofSeconds(30));
    putAll(store, 1);
    tables.loseRecord(key(0).hex(), 2);
    assertThat(read(store, 0).join()).isEmpty();
    assertThat(tables.records()).isZero();
    assertThat(store.stats().blocks()).isZero();
  }

  @Test
  void putsAndRemovals_concurrent_leaveExactlyTheRecordsOfTheEntries() {
    BlockStore store = store(Duration.ofSeconds(30));
    List<CompletableFuture<Void>> racers =
        IntStream.range(0, 4)
            .mapToObj(i -> CompletableFuture.runAsync(() -> race(store, i % 2 == 0)))
            .toList();
    racers.forEach(CompletableFuture::join);
    assertThat(tables.records()).isEqualTo((int) (4 * store.stats().blocks()));
    assertHasAll(store, List.copyOf(store.contains(List.of(key(0))).join()).size());
  }

  private static void race(BlockStore store, boolean puts) {
    for (int i = 0; i < 500; i++) {
      if (puts) {
        store.put(block(0, 3, 50_000), info()).join();
      } else {
        store.remove(key(0)).join();
      }
    }
  }

  private BlockStore store(Duration deadline) {
    return new GridBlockStore(
        tables, new GridCalls("map"), new GridLimits(100_000, 100_000, deadline, deadline));
  }
}
