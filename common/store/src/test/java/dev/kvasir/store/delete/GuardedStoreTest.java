package dev.kvasir.store.delete;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.Scope;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.ForwardingStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.RecordedRecords;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.memory.MemoryBlockStore;
import dev.kvasir.store.memory.MemorySharedMap;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuardedStoreTest {
  private static final Scope ACME = new Scope.Tenant("acme");
  private static final DocumentRef PAGE = ref("handbook", "page");
  private static final DocumentRef OTHER = ref("news", "other");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.ofEpochSecond(1_800_000_000));
  private final MemoryBlockStore behind = new MemoryBlockStore();
  private final Tombstones tombstones =
      new Tombstones(new MemorySharedMap(now::get), Duration.ofMinutes(10));
  private final GuardedStore store = new GuardedStore(behind, tombstones);

  static List<Selector> selectors() {
    return List.of(
        new Selector.Key(key(1)),
        new Selector.Document(ACME, "page"),
        new Selector.Collection(ACME, "handbook"),
        new Selector.Everything(ACME),
        new Selector.Model("model"));
  }

  @ParameterizedTest
  @MethodSource("selectors")
  void put_encodeBegunBeforeDeletion_isRefused(Selector selector) {
    BlockInfo early = info(generation(), PAGE);
    bury(selector);
    assertThat(put(early)).isEqualTo(PutOutcome.REFUSED);
    assertThat(found()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("selectors")
  void put_encodeBegunAfterDeletion_isStored(Selector selector) {
    bury(selector);
    assertThat(put(info(generation(), PAGE))).isEqualTo(PutOutcome.STORED);
    assertThat(found()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("selectors")
  void get_tombstoneAfterPut_givesNothing(Selector selector) {
    put(info(generation(), PAGE));
    bury(selector);
    assertThat(found()).isFalse();
    assertThat(store.contains(List.of(key(1))).join()).isEmpty();
  }

  /** As in a grid whose copies of an entry differ: one look finds the old write, one the new. */
  @Test
  void read_copiesOfTheEntryDiffer_judgesTheBytesThatItRead() {
    BlockInfo early = info(generation(), PAGE);
    behind.put(block(1, 2, 100), early).join();
    bury(new Selector.Key(key(1)));
    MemoryBlockStore other = new MemoryBlockStore();
    other.put(block(1, 2, 100), info(generation(), PAGE)).join();
    GuardedStore guarded =
        new GuardedStore(
            new ForwardingStore(behind) {
              @Override
              public CompletableFuture<Map<BlockKey, StoredBlock>> describe(
                  Collection<BlockKey> keys) {
                return other.describe(keys);
              }
            },
            tombstones);
    assertThat(guarded.contains(List.of(key(1))).join()).containsExactly(key(1));
    assertThat(guarded.read(List.of(key(1))).get(key(1))).isCompletedWithValue(Optional.empty());
    assertThat(guarded.pull(List.of(key(1)), new RecordedRecords()).get(key(1)))
        .isCompletedWithValue(Optional.empty());
  }

  @Test
  void put_tombstoneDuringTheWrite_isUndone() {
    BlockInfo early = info(generation(), PAGE);
    var _ =
        behind.watch(new OnHeld(() -> tombstones.bury(new Selector.Document(ACME, "page")).join()));
    assertThat(put(early)).isEqualTo(PutOutcome.REFUSED);
    assertThat(behind.stats().blocks()).isZero();
  }

  @Test
  void put_oneOfTwoDocumentsDeleted_keepsTheOther() {
    BlockInfo early = info(generation(), PAGE, OTHER);
    bury(new Selector.Document(ACME, "page"));
    assertThat(put(early)).isEqualTo(PutOutcome.STORED);
    assertThat(behind.describe(List.of(key(1))).join().values())
        .extracting(block -> block.info().documents())
        .containsExactly(Set.of(OTHER));
    assertThat(found()).isTrue();
  }

  @Test
  void get_everyDocumentDeletedOneAfterTheOther_givesNothing() {
    put(info(generation(), PAGE, OTHER));
    bury(new Selector.Document(ACME, "page"));
    assertThat(found()).isTrue();
    bury(new Selector.Collection(ACME, "news"));
    assertThat(found()).isFalse();
  }

  @Test
  void get_otherTenantsDeletion_changesNothing() {
    put(info(generation(), PAGE));
    Scope other = new Scope.Tenant("other");
    bury(new Selector.Everything(other));
    bury(new Selector.Document(other, "page"));
    assertThat(found()).isTrue();
  }

  @Test
  void tombstone_pastItsTime_isForgotten() {
    BlockInfo early = info(generation(), PAGE);
    bury(new Selector.Document(ACME, "page"));
    now.updateAndGet(then -> then.plus(Duration.ofMinutes(11)));
    assertThat(put(early)).isEqualTo(PutOutcome.STORED);
  }

  @Test
  void bury_severalTimes_generationsRise() {
    assertThat(List.of(bury(new Selector.Model("a")), bury(new Selector.Model("a")), generation()))
        .containsExactly(1L, 2L, 2L);
  }

  @Test
  void replace_documentOfALivingTombstone_isNotAdded() {
    BlockInfo stored = info(generation(), OTHER);
    put(stored);
    bury(new Selector.Document(ACME, "page"));
    assertThat(store.replace(key(1), stored, info(0, OTHER, PAGE)).join()).isFalse();
    assertThat(behind.describe(List.of(key(1))).join().values())
        .extracting(block -> block.info().documents())
        .containsExactly(Set.of(OTHER));
    assertThat(found()).isTrue();
  }

  @Test
  void replace_tombstoneDuringTheWrite_isUndone() {
    BlockInfo stored = info(generation(), OTHER);
    put(stored);
    var _ =
        behind.watch(new OnHeld(() -> tombstones.bury(new Selector.Document(ACME, "page")).join()));
    store.replace(key(1), stored, info(0, OTHER, PAGE)).join();
    assertThat(behind.describe(List.of(key(1))).join().values())
        .extracting(block -> block.info().documents())
        .containsExactly(Set.of(OTHER));
  }

  private record OnHeld(Runnable action) implements LocalBlocks.Watcher {
    @Override
    public void held(LocalBlocks.Held block) {
      action.run();
    }

    @Override
    public void gone(BlockKey key) {}

    @Override
    public void moved() {}
  }

  private long generation() {
    return store.generation().join();
  }

  private long bury(Selector selector) {
    return tombstones.bury(selector).join();
  }

  private PutOutcome put(BlockInfo info) {
    return store.put(block(1, 2, 100), info).join();
  }

  private boolean found() {
    boolean found =
        Objects.requireNonNull(store.get(List.of(key(1))).get(key(1))).join().isPresent();
    assertThat(store.pull(List.of(key(1)), new RecordedRecords()).get(key(1)))
        .isCompletedWithValueMatching(pulled -> pulled.isPresent() == found);
    return found;
  }

  private static BlockInfo info(long generation, DocumentRef... documents) {
    return new BlockInfo(
        "model", ACME.text(), generation, Set.of(documents), Instant.ofEpochSecond(1_800_000_000));
  }

  private static DocumentRef ref(String collection, String document) {
    return new DocumentRef(Optional.of(collection), Optional.of(document));
  }
}
