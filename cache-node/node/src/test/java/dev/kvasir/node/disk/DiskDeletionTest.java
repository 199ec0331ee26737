package dev.kvasir.node.disk;

import static dev.kvasir.node.disk.KvBlocks.block;
import static dev.kvasir.node.disk.KvBlocks.info;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.Scope;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.delete.Deletions;
import dev.kvasir.store.delete.Receipt;
import dev.kvasir.store.delete.Removed;
import dev.kvasir.store.delete.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskDeletionTest {
  private static final Selector PAGE = new Selector.Document(new Scope.Tenant("acme"), "page");

  @TempDir private Path folder = Path.of("unset");
  private TestNodes nodes;

  @BeforeEach
  void startNodes() {
    nodes = new TestNodes(folder);
    nodes.start("a", "b");
    nodes.put(block(1), info(0, "page"));
    nodes.put(block(2), info(0, "page", "other"));
    nodes.put(block(3), info(0, "other"));
    nodes.settle();
  }

  @AfterEach
  void closeNodes() {
    nodes.close();
  }

  @Test
  void delete_receiptIsConfirmed_whenFilesAreGone() {
    Receipt receipt = nodes.deletions().delete(PAGE);
    assertThat(receipt.missing()).isEmpty();
    assertThat(receipt.memory()).isEqualTo(new Removed(1, block(1).sizeBytes()));
    assertThat(receipt.files()).isEqualTo(new Removed(2, 2 * block(1).sizeBytes()));
    assertThat(receipt.shared()).isOne();
    assertThat(nodes.file("a", block(1))).doesNotExist();
    assertThat(nodes.file("b", block(1))).doesNotExist();
    assertThat(nodes.holders(block(1))).isEmpty();
    nodes.grid().forget();
    assertThat(nodes.get(block(1))).isEmpty();
    assertThat(nodes.get(block(2))).isPresent();
    assertThat(nodes.get(block(3))).isPresent();
  }

  @Test
  void delete_oneOfTwoDocuments_isForgottenByTheFiles() {
    nodes.deletions().delete(PAGE);
    nodes.settle();
    restartAll();
    assertThat(nodes.store().describe(List.of(block(2).key())).join().values())
        .extracting(StoredBlock::info)
        .containsExactly(info(0, "other"));
  }

  @Test
  void delete_blockInFilesOnly_isGone() {
    nodes.grid().forget();
    Removed one = new Removed(1, block(1).sizeBytes());
    assertThat(nodes.deletions().preview(PAGE))
        .isEqualTo(new Deletions.Extent(Removed.NOTHING, one, 1));
    Receipt receipt = nodes.deletions().delete(PAGE);
    assertThat(receipt.memory()).isEqualTo(Removed.NOTHING);
    assertThat(receipt.files()).isEqualTo(one.and(one));
    assertThat(nodes.get(block(1))).isEmpty();
    assertThat(nodes.file("a", block(1))).doesNotExist();
  }

  @Test
  void delete_secondOfTwoDocuments_isWhatTheFilesAreCountedTo() {
    nodes.deletions().delete(PAGE);
    Receipt receipt =
        nodes.deletions().delete(new Selector.Document(new Scope.Tenant("acme"), "other"));
    assertThat(receipt.files().count()).isEqualTo(4);
    assertThat(receipt.memory().count()).isEqualTo(2);
    assertThat(nodes.deletions().delete(PAGE).files()).isEqualTo(Removed.NOTHING);
  }

  @Test
  void restart_ofTheWholeGrid_resurrectsNothing() {
    nodes.deletions().delete(PAGE);
    restartAll();
    assertThat(nodes.get(block(1))).isEmpty();
    assertThat(nodes.get(block(3))).isPresent();
    assertThat(nodes.store().generation().join()).isOne();
    nodes.put(block(1), info(0, "page"));
    assertThat(nodes.get(block(1))).isEmpty();
    nodes.put(block(1), info(1, "page"));
    assertThat(nodes.get(block(1))).isPresent();
  }

  @Test
  void restart_nodeThatWasDownDuringTheDeletion_dropsItsFiles() {
    nodes.stop("a");
    nodes.deletions().delete(PAGE);
    assertThat(nodes.file("a", block(1))).exists();
    nodes.grid().forget();
    nodes.start("a");
    assertThat(nodes.file("a", block(1))).doesNotExist();
    assertThat(nodes.get(block(1))).isEmpty();
    assertThat(nodes.get(block(3))).isPresent();
  }

  @Test
  void restart_nodeThatSawTheDeletion_tellsTheOneThatDidNot() {
    nodes.stop("a");
    nodes.deletions().delete(PAGE);
    nodes.stopAll();
    nodes.start("b", "a");
    assertThat(nodes.file("a", block(1))).doesNotExist();
    assertThat(nodes.get(block(1))).isEmpty();
  }

  @Test
  void restart_afterTombstonesMayHaveEnded_throwsFilesAway() {
    nodes.stop("a");
    nodes.now.updateAndGet(then -> then.plus(TestNodes.TOMBSTONE_LIFE));
    nodes.start("a");
    assertThat(nodes.file("a", block(3))).doesNotExist();
    assertThat(nodes.count("kvasir.disk.lost", "reason", "outdated")).isEqualTo(3);
    assertThat(nodes.holders(block(3))).containsExactly("b");
  }

  @Test
  void restart_withinATombstonesLife_keepsFiles() {
    nodes.stop("a");
    nodes.now.updateAndGet(
        then -> then.plus(TestNodes.TOMBSTONE_LIFE).minus(Duration.ofMinutes(2)));
    nodes.start("a");
    assertThat(nodes.file("a", block(3))).exists();
  }

  @Test
  void restart_withoutKnowingWhenDeletionsWereSeen_throwsFilesAway() throws IOException {
    nodes.stop("a");
    Path seen = folder.resolve("a").resolve(LastSeen.NAME);
    Files.writeString(seen, Files.readString(seen).replace("generation 0", "generation 1"));
    nodes.start("a");
    assertThat(nodes.file("a", block(3))).doesNotExist();
  }

  @Test
  void restart_generationOfFiles_isNotForgotten() {
    nodes.put(block(4), info(7, "page"));
    nodes.settle();
    restartAll();
    assertThat(nodes.store().generation().join()).isEqualTo(7);
    nodes.deletions().delete(PAGE);
    assertThat(nodes.get(block(4))).isEmpty();
  }

  private void restartAll() {
    nodes.stopAll();
    nodes.start("a", "b");
  }
}
