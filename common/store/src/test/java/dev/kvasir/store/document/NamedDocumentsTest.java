package dev.kvasir.store.document;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.Scope;
import dev.kvasir.store.Blocks;
import dev.kvasir.store.delete.GuardedStore;
import dev.kvasir.store.delete.Selector;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.memory.MemoryBlockStore;
import dev.kvasir.store.memory.MemorySharedMap;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NamedDocumentsTest {
  private static final DocumentRef ONE = document("one");
  private static final DocumentRef TWO = document("two");

  private final MemoryBlockStore store = new MemoryBlockStore();
  private final Queue<Runnable> later = new ArrayDeque<>();
  private final NamedDocuments documents = new NamedDocuments(store, later::add);

  @Test
  void named_storedBlock_isGivenWhatItLacks() {
    put(1, ONE);
    put(2, TWO);
    documents.named(key(1), Set.of(ONE, TWO));
    documents.named(key(2), Set.of(TWO));
    assertThat(documentsOf(1)).containsExactly(ONE);
    lookOnce();
    assertThat(documentsOf(1)).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(documents.added()).isOne();
    assertThat(later).isEmpty();
  }

  @Test
  void named_severalTimesBeforeALook_isOneLook() {
    put(1, ONE);
    documents.named(key(1), Set.of(TWO));
    documents.named(key(1), Set.of(document("three")));
    documents.named(key(1), Set.of());
    assertThat(later).hasSize(1);
    lookOnce();
    assertThat(documentsOf(1)).hasSize(3);
  }

  @Test
  void named_blockStoredLater_isFoundByALaterLook() {
    documents.named(key(1), Set.of(TWO));
    lookOnce();
    put(1, ONE);
    lookOnce();
    assertThat(documentsOf(1)).containsExactlyInAnyOrder(ONE, TWO);
  }

  @Test
  void named_blockNeverStored_isGivenUp() {
    documents.named(key(1), Set.of(TWO));
    for (int look = 0; look < NamedDocuments.LOOKS; look++) {
      lookOnce();
    }
    assertThat(later).isEmpty();
  }

  @Test
  void named_documentOfALivingTombstone_isNotAdded() {
    Tombstones tombstones =
        new Tombstones(new MemorySharedMap(InstantSource.system()), Duration.ofHours(1));
    put(1, ONE);
    tombstones.bury(new Selector.Document(new Scope.Tenant("acme"), "two")).join();
    NamedDocuments guarded = new NamedDocuments(new GuardedStore(store, tombstones), Runnable::run);
    guarded.named(key(1), Set.of(TWO));
    assertThat(documentsOf(1)).containsExactly(ONE);
    assertThat(guarded.added()).isZero();
  }

  @Test
  void named_moreBlocksThanMayWait_areLeftOutAndCounted() {
    int most = NamedDocuments.MAX_WAITING;
    IntStream.range(0, most + 3).forEach(i -> documents.named(key(i), Set.of(ONE)));
    assertThat(documents.leftOut()).isEqualTo(3);
    documents.named(key(0), Set.of(TWO));
    assertThat(documents.leftOut()).isEqualTo(3);
  }

  @Test
  void named_moreDocumentsThanABlockKeeps_areLeftOut() {
    put(1, ONE);
    documents.named(
        key(1),
        IntStream.range(0, NamedDocuments.MAX_DOCUMENTS)
            .mapToObj(i -> document("d" + i))
            .collect(Collectors.toSet()));
    lookOnce();
    assertThat(documentsOf(1)).containsExactly(ONE);
    assertThat(documents.leftOut()).isOne();
  }

  @Test
  void close_somethingWaits_isLookedUpAtOnceAndNothingAfterwards() {
    put(1, ONE);
    documents.named(key(1), Set.of(TWO));
    documents.close();
    assertThat(documentsOf(1)).hasSize(2);
    later.clear();
    documents.named(key(1), Set.of(document("three")));
    assertThat(later).isEmpty();
  }

  private void lookOnce() {
    Objects.requireNonNull(later.poll(), "no look is due").run();
  }

  private void put(int number, DocumentRef document) {
    store.put(block(number, 2, 10), info().withDocuments(Set.of(document))).join();
  }

  private Set<DocumentRef> documentsOf(int number) {
    return store
        .describe(List.of(Blocks.key(number)))
        .join()
        .values()
        .iterator()
        .next()
        .info()
        .documents();
  }

  private static DocumentRef document(String id) {
    return new DocumentRef(Optional.of("papers"), Optional.of(id));
  }
}
