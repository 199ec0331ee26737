package dev.kvasir.store.delete;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.Scope;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.memory.MemoryGrid;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeletionsTest {
  private static final Scope ACME = new Scope.Tenant("acme");
  private static final DocumentRef PAGE = ref("handbook", "page");
  private static final DocumentRef OTHER = ref("news", "other");

  private final MemoryGrid grid = new MemoryGrid();
  private final Tombstones tombstones =
      new Tombstones(grid.map(Tombstones.MAP), Duration.ofMinutes(10));
  private final Deletions deletions =
      new Deletions(grid, grid.blocks(), tombstones, Duration.ofSeconds(30));
  private final ConcurrentLinkedQueue<String> dropped = new ConcurrentLinkedQueue<>();

  @Test
  void delete_document_takesItsBlocksAndKeepsSharedOnes() {
    put(1, PAGE);
    put(2, PAGE, OTHER);
    put(3, OTHER);
    Selector page = new Selector.Document(ACME, "page");
    assertThat(deletions.preview(page))
        .isEqualTo(new Deletions.Extent(new Removed(1, 300), Removed.NOTHING, 1));
    try (DeletedCopies _ = copies()) {
      assertThat(deletions.delete(page))
          .isEqualTo(
              new Receipt(
                  "document:tenant:acme/page",
                  1,
                  new Removed(1, 300),
                  new Removed(3, 700),
                  1,
                  Set.of("local"),
                  Set.of()));
    }
    assertThat(stored()).containsExactlyElementsOf(new TreeSet<>(List.of(key(2), key(3))));
    assertThat(info(2).documents()).containsExactly(OTHER);
    assertThat(dropped).contains("document:tenant:acme/page 1");
  }

  @Test
  void delete_everythingOfATenant_takesAll() {
    put(1, PAGE);
    put(2);
    try (DeletedCopies _ = copies()) {
      assertThat(deletions.delete(new Selector.Everything(ACME)).memory().count()).isEqualTo(2);
    }
    assertThat(stored()).isEmpty();
  }

  @Test
  void delete_again_findsNothingAndStartsAnotherGeneration() {
    put(1, PAGE);
    try (DeletedCopies _ = copies()) {
      deletions.delete(new Selector.Key(key(1)));
      Receipt again = deletions.delete(new Selector.Key(key(1)));
      assertThat(again.memory()).isEqualTo(Removed.NOTHING);
      assertThat(again.generation()).isEqualTo(2);
    }
  }

  @Test
  void repeat_tombstoneOfAPartThatCountedLess_takesWhatWasEncodedInTheOtherPart() {
    Selector page = new Selector.Document(ACME, "page");
    tombstones.restore(new Buried(5, Map.of(page.text(), 2L))).join();
    put(1, 5, PAGE);
    put(2, 5, PAGE, OTHER);
    put(3, 5, OTHER);
    deletions.repeat();
    assertThat(stored()).containsExactlyElementsOf(new TreeSet<>(List.of(key(2), key(3))));
    assertThat(info(2).documents()).containsExactly(OTHER);
    assertThat(tombstones.all().join()).isEqualTo(new Buried(6, Map.of(page.text(), 6L)));
  }

  @Test
  void repeat_nothingDeleted_startsNoGeneration() {
    put(1, 5, PAGE);
    deletions.repeat();
    assertThat(stored()).containsExactly(key(1));
    assertThat(tombstones.generation().join()).isZero();
  }

  @Test
  void delete_noMemberConfirms_isSaidInTheReceipt() {
    Deletions hasty = new Deletions(grid, grid.blocks(), tombstones, Duration.ofMillis(20));
    Receipt receipt = hasty.delete(new Selector.Model("model"));
    assertThat(receipt.missing()).containsExactly("local");
    assertThat(receipt.confirmed()).isEmpty();
  }

  @Test
  void copies_openedAfterADeletion_areDroppedToo() {
    tombstones.bury(new Selector.Model("old")).join();
    copies().close();
    assertThat(dropped).containsExactly("model:old 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "page", "document:page", "document:nobody/page", "key:12", "scope:x"})
  void parse_noSelector_isRefused(String text) {
    assertThatThrownBy(() -> Selector.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void parse_canonicalForms_areReadBack() {
    List<Selector> all =
        List.of(
            new Selector.Key(key(1)),
            new Selector.Document(ACME, "a/b: c"),
            new Selector.Collection(new Scope.Shared("papers"), "papers"),
            new Selector.Everything(Scope.PUBLIC),
            new Selector.Model("f00"));
    assertThat(all.stream().map(selector -> Selector.parse(selector.text())))
        .containsExactlyElementsOf(all);
  }

  private DeletedCopies copies() {
    return new DeletedCopies(grid, List.of(new Files()));
  }

  private final class Files implements DeletedCopies.Holder {
    @Override
    public void drop(Selector selector, long generation) {
      dropped.add(selector.text() + " " + generation);
    }

    @Override
    public Removed removed(Selector selector, long generation) {
      return new Removed(3, 700);
    }
  }

  private void put(int number, DocumentRef... documents) {
    put(number, 0, documents);
  }

  private void put(int number, long generation, DocumentRef... documents) {
    BlockInfo info =
        new BlockInfo(
            "model",
            ACME.text(),
            generation,
            Set.of(documents),
            Instant.ofEpochSecond(1_800_000_000));
    grid.blocks().put(block(number, 2, 100), info).join();
  }

  private List<BlockKey> stored() {
    return grid.blocks().list(null, 100).blocks().stream().map(StoredBlock::key).toList();
  }

  private BlockInfo info(int number) {
    return grid.blocks().describe(List.of(key(number))).join().values().iterator().next().info();
  }

  private static DocumentRef ref(String collection, String document) {
    return new DocumentRef(Optional.of(collection), Optional.of(document));
  }
}
