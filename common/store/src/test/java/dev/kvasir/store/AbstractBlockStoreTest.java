package dev.kvasir.store;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.memory.MemoryBlockStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every block store must do. */
public abstract class AbstractBlockStoreTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private BlockStore store = new MemoryBlockStore();

  /** An empty store; the suite closes it. */
  protected abstract BlockStore open();

  /**
   * Takes chunk {@code index} of a stored block away behind the store's back. A store that can't
   * hold a part of a block loses the whole block.
   */
  protected abstract void loseChunk(BlockStore from, BlockKey key, int index);

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void get_absentKey_isEmpty() {
    assertThat(get(key(1))).isEmpty();
    assertThat(await(store.contains(List.of(key(1))))).isEmpty();
  }

  @Test
  void get_noKeys_isEmpty() {
    assertThat(store.get(List.of())).isEmpty();
    assertThat(await(store.contains(List.of()))).isEmpty();
  }

  @Test
  void get_afterPut_returnsSameBytes() {
    EncodedBlock block = block(1, 3, 1000);
    put(block);
    assertSame(get(block.key()), block);
    assertThat(await(store.contains(List.of(key(1), key(2))))).containsExactly(key(1));
  }

  @Test
  void get_blockOfOneChunk_returnsSameBytes() {
    put(block(1, 1, 1));
    assertSame(get(key(1)), block(1, 1, 1));
  }

  @Test
  void describe_afterPut_tellsSizeAndInfo() {
    put(block(1, 3, 1000));
    assertThat(await(store.describe(List.of(key(1), key(2)))))
        .containsExactly(Map.entry(key(1), new StoredBlock(key(1), 3, 3100, info())));
  }

  @Test
  void replace_expectedInfo_changesInfoAndNotBytes() {
    put(block(1, 3, 1000));
    BlockInfo next = info().withDocuments(Set.of(document("one")));
    assertThat(await(store.replace(key(1), info(), next))).isTrue();
    assertThat(await(store.describe(List.of(key(1)))).get(key(1)))
        .isEqualTo(new StoredBlock(key(1), 3, 3100, next));
    assertSame(get(key(1)), block(1, 3, 1000));
  }

  @Test
  void replace_otherInfoOrNoBlock_changesNothing() {
    put(block(1, 3, 1000));
    BlockInfo next = info().withDocuments(Set.of(document("one")));
    assertThat(await(store.replace(key(1), next, info()))).isFalse();
    assertThat(await(store.replace(key(2), info(), next))).isFalse();
    assertThat(await(store.describe(List.of(key(1), key(2)))))
        .containsExactly(Map.entry(key(1), new StoredBlock(key(1), 3, 3100, info())));
  }

  @Test
  void scan_severalBlocks_visitsEachOnce() {
    IntStream.range(0, 20).forEach(i -> put(block(i, 2, 10)));
    List<BlockKey> seen = Collections.synchronizedList(new ArrayList<>());
    store.scan(block -> seen.add(block.key()));
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 20).mapToObj(Blocks::key).toList());
  }

  private static DocumentRef document(String id) {
    return new DocumentRef(Optional.of("papers"), Optional.of(id));
  }

  @Test
  void get_largeBlockOfManyChunks_returnsSameBytes() {
    EncodedBlock block = block(7, 150, 300_000);
    put(block);
    assertSame(get(block.key()), block);
  }

  @Test
  void get_batchOf64_answersEveryKeyWithItsOwnBlock() {
    List<CompletableFuture<PutOutcome>> puts =
        IntStream.range(0, 64).mapToObj(i -> store.put(block(i, 3, 50_000), info())).toList();
    puts.forEach(AbstractBlockStoreTest::await);
    List<BlockKey> keys = IntStream.range(0, 64).mapToObj(Blocks::key).toList();
    Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> answers = store.get(keys);
    assertThat(answers).containsOnlyKeys(keys);
    for (int i = 0; i < 64; i++) {
      assertSame(await(answers.get(key(i))), block(i, 3, 50_000));
    }
  }

  @Test
  void get_sameKeyTwiceAndAbsentOnes_answersEachKeyOnce() {
    put(block(1, 2, 100));
    Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> answers =
        store.get(List.of(key(1), key(2), key(1)));
    assertThat(answers).containsOnlyKeys(key(1), key(2));
    assertSame(await(answers.get(key(1))), block(1, 2, 100));
    assertThat(await(answers.get(key(2)))).isEmpty();
  }

  @Test
  void pull_batch_handsEveryRecordOverInOrder() {
    IntStream.range(0, 20).forEach(i -> put(block(i, 1 + i % 7, 20_000)));
    List<BlockKey> keys = IntStream.range(0, 21).mapToObj(Blocks::key).toList();
    RecordedRecords records = new RecordedRecords();
    Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pulls = store.pull(keys, records);
    assertThat(pulls).containsOnlyKeys(keys);
    for (int i = 0; i < 20; i++) {
      EncodedBlock block = block(i, 1 + i % 7, 20_000);
      assertThat(await(pulls.get(key(i))))
          .contains(new StoredBlock(block.key(), block.chunks().size(), block.sizeBytes(), info()));
      assertSame(records, block(i, 1 + i % 7, 20_000));
    }
    assertThat(await(pulls.get(key(20)))).isEmpty();
    assertThat(records.of(key(20))).isEmpty();
  }

  @Test
  void pull_chunkMissing_saysSoAfterWhatCameBefore() {
    for (int lost = 0; lost < 3; lost++) {
      put(block(1, 3, 100));
      put(block(2, 3, 100));
      loseChunk(store, key(1), lost);
      RecordedRecords records = new RecordedRecords();
      Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pulls =
          store.pull(List.of(key(1), key(2)), records);
      assertThat(await(pulls.get(key(1)))).isEmpty();
      assertThat(records.of(key(1))).hasSizeLessThanOrEqualTo(1 + lost);
      assertThat(await(pulls.get(key(2)))).isPresent();
      assertSame(records, block(2, 3, 100));
      assertThat(await(store.contains(Set.of(key(2))))).containsExactly(key(2));
    }
  }

  @Test
  void pull_noLongerWanted_endsThereAndTheBlockStays() {
    put(block(1, 40, 50_000));
    RecordedRecords records = new RecordedRecords(3);
    assertThat(await(store.pull(Set.of(key(1)), records).get(key(1)))).isEmpty();
    assertThat(records.of(key(1))).hasSize(3);
    assertSame(get(key(1)), block(1, 40, 50_000));
  }

  @Test
  void put_sameBlockTwice_isHarmless() {
    put(block(1, 2, 100));
    put(block(1, 2, 100));
    assertSame(get(key(1)), block(1, 2, 100));
    assertThat(store.stats()).isEqualTo(new StoreStats(1, block(1, 2, 100).sizeBytes()));
  }

  @Test
  void remove_storedBlock_isTrueOnce() {
    put(block(1, 2, 100));
    assertThat(await(store.remove(key(1)))).isTrue();
    assertThat(await(store.remove(key(1)))).isFalse();
    assertThat(get(key(1))).isEmpty();
    assertThat(await(store.contains(List.of(key(1))))).isEmpty();
    assertThat(store.stats()).isEqualTo(new StoreStats(0, 0));
  }

  @Test
  void put_afterRemove_storesAgain() {
    put(block(1, 2, 100));
    await(store.remove(key(1)));
    put(block(1, 2, 100));
    assertSame(get(key(1)), block(1, 2, 100));
  }

  @Test
  void get_chunkMissing_isAbsentNotHalf() {
    for (int lost = 0; lost < 3; lost++) {
      put(block(1, 3, 100));
      put(block(2, 3, 100));
      loseChunk(store, key(1), lost);
      assertThat(get(key(1))).isEmpty();
      assertSame(get(key(2)), block(2, 3, 100));
    }
  }

  @Test
  void put_overHalfBlock_repairsIt() {
    put(block(1, 3, 100));
    loseChunk(store, key(1), 1);
    put(block(1, 3, 100));
    assertSame(get(key(1)), block(1, 3, 100));
    assertThat(store.stats().blocks()).isEqualTo(1);
  }

  @Test
  void list_pages_giveAllKeysInOrder() {
    List<EncodedBlock> blocks =
        IntStream.range(0, 25).mapToObj(i -> block(i, 1 + i % 3, 10)).toList();
    blocks.forEach(this::put);
    List<StoredBlock> listed = new ArrayList<>();
    BlockPage page = store.list(null, 10);
    while (page.more()) {
      assertThat(page.blocks()).hasSize(10);
      listed.addAll(page.blocks());
      page = store.list(page.blocks().getLast().key(), 10);
    }
    listed.addAll(page.blocks());
    assertThat(listed)
        .containsExactlyElementsOf(
            blocks.stream()
                .map(b -> new StoredBlock(b.key(), b.chunks().size(), b.sizeBytes(), info()))
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .toList());
  }

  @Test
  void list_exactlyOnePage_hasNoMore() {
    put(block(1, 1, 10));
    put(block(2, 1, 10));
    assertThat(store.list(null, 2).more()).isFalse();
    BlockKey last = store.list(null, 2).blocks().getLast().key();
    assertThat(store.list(last, 2)).isEqualTo(new BlockPage(List.of(), false));
  }

  @Test
  void list_limitNotPositive_isRefused() {
    assertThatThrownBy(() -> store.list(null, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stats_countBlocksAndBytesOnce() {
    put(block(1, 3, 1000));
    put(block(2, 5, 2000));
    assertThat(store.stats())
        .isEqualTo(
            new StoreStats(2, block(1, 3, 1000).sizeBytes() + block(2, 5, 2000).sizeBytes()));
  }

  @Test
  void putAndGet_concurrent_neverMixKeys() {
    List<CompletableFuture<Void>> tasks = new ArrayList<>();
    for (int task = 0; task < 8; task++) {
      int from = task * 5;
      tasks.add(CompletableFuture.runAsync(() -> churn(from)));
    }
    tasks.forEach(AbstractBlockStoreTest::await);
    for (int i = 0; i < 45; i++) {
      assertSame(get(key(i)), block(i, 1 + i % 4, 20_000));
    }
  }

  /** Each task shares half of its blocks with the next one. */
  private void churn(int from) {
    for (int i = from; i < from + 10; i++) {
      EncodedBlock block = block(i, 1 + i % 4, 20_000);
      get(block.key()).ifPresent(found -> assertSame(Optional.of(found), block));
      put(block);
      assertSame(get(block.key()), block);
    }
  }

  @Test
  void putRemoveAndGet_concurrent_seeWholeBlocksOrNone() {
    EncodedBlock block = block(1, 6, 5_000);
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> {
          for (int i = 0; i < 50; i++) {
            put(block);
            await(store.remove(block.key()));
          }
        });
    while (!writer.isDone()) {
      get(block.key()).ifPresent(found -> assertSame(Optional.of(found), block));
    }
    await(writer);
    assertThat(get(block.key())).isEmpty();
  }

  @Test
  void putAgainAndGet_concurrent_findsTheBlockEachTime() {
    EncodedBlock block = block(1, 6, 5_000);
    put(block);
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(() -> IntStream.range(0, 50).forEach(_ -> put(block)));
    while (!writer.isDone()) {
      assertSame(get(block.key()), block);
    }
    await(writer);
    assertThat(store.stats()).isEqualTo(new StoreStats(1, block.sizeBytes()));
  }

  @Test
  void putsAndRemovals_concurrent_leaveNoHalfBlock() {
    List<CompletableFuture<Void>> racers =
        IntStream.range(0, 4)
            .mapToObj(i -> CompletableFuture.runAsync(() -> race(i % 2 == 0)))
            .toList();
    racers.forEach(AbstractBlockStoreTest::await);
    for (int i = 0; i < 3; i++) {
      boolean counted = await(store.contains(List.of(key(i)))).contains(key(i));
      assertThat(get(key(i)).isPresent()).isEqualTo(counted);
    }
  }

  private void race(boolean puts) {
    for (int i = 0; i < 60; i++) {
      if (puts) {
        put(block(i % 3, 4, 5_000));
      } else {
        await(store.remove(key(i % 3)));
      }
    }
  }

  @Test
  void anything_afterClose_failsWithStoreException() {
    put(block(1, 1, 10));
    store.close();
    assertFails(store.get(List.of(key(1))).get(key(1)));
    assertFails(store.pull(List.of(key(1)), new RecordedRecords()).get(key(1)));
    assertFails(store.put(block(2, 1, 10), info()));
    assertFails(store.contains(List.of(key(1))));
    assertFails(store.remove(key(1)));
    assertThatThrownBy(() -> store.list(null, 1)).isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> store.stats()).isInstanceOf(StoreException.class);
  }

  @Test
  void close_twice_isHarmless() {
    store.close();
    store.close();
  }

  private void put(EncodedBlock block) {
    await(store.put(block, info()));
  }

  private Optional<EncodedBlock> get(BlockKey key) {
    return await(store.get(Set.of(key)).get(key));
  }

  private static <T> T await(@Nullable CompletableFuture<T> future) {
    assertThat(future).isNotNull().succeedsWithin(PATIENCE);
    return Objects.requireNonNull(future).join();
  }

  private static void assertFails(@Nullable CompletableFuture<?> future) {
    assertThat(future)
        .failsWithin(PATIENCE)
        .withThrowableOfType(Exception.class)
        .havingRootCause()
        .isInstanceOf(StoreException.class);
  }

  private static void assertSame(RecordedRecords actual, EncodedBlock expected) {
    assertThat(actual.of(expected.key()).toArray(byte[][]::new))
        .isDeepEqualTo(RecordedRecords.records(expected).toArray(byte[][]::new));
  }

  private static void assertSame(Optional<EncodedBlock> actual, EncodedBlock expected) {
    assertThat(actual).isPresent();
    EncodedBlock block = actual.orElseThrow();
    assertThat(block.key()).isEqualTo(expected.key());
    assertThat(block.header()).isEqualTo(expected.header());
    assertThat(block.chunks()).hasSameSizeAs(expected.chunks());
    for (int i = 0; i < expected.chunks().size(); i++) {
      assertThat(Arrays.equals(block.chunks().get(i), expected.chunks().get(i)))
          .as("chunk %d of %s", i, expected.key())
          .isTrue();
    }
  }
}
