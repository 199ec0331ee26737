package dev.kvasir.node.disk;

import static dev.kvasir.node.disk.DiskFilesTest.assertSame;
import static dev.kvasir.node.disk.KvBlocks.block;
import static dev.kvasir.node.disk.KvBlocks.info;
import static dev.kvasir.node.disk.TestNodes.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.RecordSink;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.Tier;
import dev.kvasir.store.tier.DiskMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTierTest {
  private static final List<EncodedBlock> BLOCKS =
      IntStream.range(0, 12).mapToObj(KvBlocks::block).toList();

  @TempDir private Path folder = Path.of("unset");
  private TestNodes nodes;

  @BeforeEach
  void makeNodes() {
    nodes = new TestNodes(folder);
  }

  @AfterEach
  void closeNodes() {
    nodes.close();
  }

  @Test
  void eviction_fromMemory_isReadBackFromFiles() {
    nodes.start("a", "b", "c");
    putAll();
    assertAllFound();
    assertThat(nodes.fromDisk).isEmpty();
    nodes.grid().forget();
    assertThat(nodes.grid().memory().stats().blocks()).isZero();
    assertAllFound();
    assertThat(nodes.fromDisk).hasSize(BLOCKS.size());
    assertThat(nodes.grid().memory().stats().blocks()).isEqualTo(BLOCKS.size());
  }

  @Test
  void settle_everyBlock_liesOnItsOwnerAndItsBackup() {
    nodes.start("a", "b", "c");
    putAll();
    BLOCKS.forEach(block ->
        assertThat(nodes.running().stream().filter(id -> Files.exists(nodes.file(id, block))))
            .containsExactlyInAnyOrderElementsOf(nodes.holders(block))
            .isNotEmpty());
  }

  @Test
  void restart_ofTheOnlyNode_bringsEveryBlockBack() {
    nodes.start("a");
    putAll();
    nodes.stop("a");
    nodes.grid().forget();
    assertThat(nodes.get(block(0))).isEmpty();
    nodes.start("a");
    assertAllFound();
  }

  @Test
  void restart_ofAGridThatTakesNoTombstonesAtFirst_isTriedAgain() {
    nodes.start("a");
    putAll();
    nodes.stopAll();
    nodes.refusals.set(2);
    nodes.start("a");
    assertThat(nodes.refusals).hasValue(0);
    assertAllFound();
  }

  @Test
  void restart_ofTheWholeGrid_bringsEveryBlockBackWithItsInfo() {
    nodes.start("a", "b", "c");
    putAll();
    nodes.stopAll();
    nodes.start("c", "a", "b");
    assertThat(nodes.store().describe(List.of(block(0).key())).join().values())
        .containsExactly(
            new StoredBlock(
                block(0).key(),
                block(0).chunks().size(),
                block(0).sizeBytes(),
                info(0, "doc"),
                Tier.DISK));
    assertAllFound();
    assertThat(nodes.fromDisk).hasSize(BLOCKS.size());
    assertThat(nodes.store().describe(List.of(block(0).key())).join().values())
        .extracting(StoredBlock::tier, StoredBlock::info)
        .containsExactly(tuple(Tier.MEMORY, info(0, "doc")));
  }

  @Test
  void list_andScan_tellBlocksOfBothTiersOnce() {
    nodes.start("a", "b");
    putAll();
    nodes.grid().memory().remove(block(1).key()).join();
    List<StoredBlock> scanned = new ArrayList<>();
    nodes.store().scan(scanned::add);
    List<StoredBlock> listed = nodes.store().list(null, 100).blocks();
    assertThat(listed).containsExactlyInAnyOrderElementsOf(scanned).hasSize(BLOCKS.size());
    assertThat(listed.stream().filter(block -> block.tier() == Tier.DISK))
        .extracting(StoredBlock::key)
        .containsExactly(block(1).key());
    assertThat(nodes.store().list(null, 5).blocks()).isEqualTo(listed.subList(0, 5));
    assertThat(nodes.store().list(listed.get(4).key(), 100).blocks())
        .isEqualTo(listed.subList(5, BLOCKS.size()));
  }

  @Test
  void remove_dropsMemoryAndFiles() {
    nodes.start("a", "b");
    putAll();
    assertThat(nodes.store().remove(block(1).key()).join()).isTrue();
    until(() -> nodes.holders(block(1)).isEmpty());
    assertThat(nodes.file("a", block(1))).doesNotExist();
    assertThat(nodes.file("b", block(1))).doesNotExist();
    assertThat(nodes.get(block(1))).isEmpty();
    assertThat(nodes.store().remove(block(1).key()).join()).isFalse();
  }

  @Test
  void pull_blockInAFileOnly_handsItsRecordsOverAndSaysSo() {
    nodes.start("a");
    putAll();
    nodes.grid().memory().remove(block(1).key()).join();
    List<byte[]> records = new ArrayList<>();
    Optional<StoredBlock> pulled =
        Objects.requireNonNull(
                nodes
                    .store()
                    .pull(List.of(block(1).key()), new Recorded(records))
                    .get(block(1).key()))
            .join();
    assertThat(pulled).map(StoredBlock::tier).contains(Tier.DISK);
    assertThat(records.getFirst()).isEqualTo(block(1).header());
    assertThat(records.subList(1, records.size()).toArray(byte[][]::new))
        .isDeepEqualTo(block(1).chunks().toArray(byte[][]::new));
  }

  private record Recorded(List<byte[]> records) implements RecordSink {
    @Override
    public boolean wants(BlockKey key) {
      return true;
    }

    @Override
    public void accept(BlockKey key, int index, byte[] record) {
      records.add(record);
    }
  }

  @Test
  void get_manyAtOnce_readsTheFileOnce() {
    nodes.start("a");
    putAll();
    nodes.grid().forget();
    List<CompletableFuture<Boolean>> readers =
        IntStream.range(0, 20)
            .mapToObj(_ ->
                Objects.requireNonNull(
                        nodes.store().get(List.of(block(1).key())).get(block(1).key()))
                    .thenApply(Optional::isPresent))
            .toList();
    assertThat(readers).allSatisfy(found -> assertThat(found.join()).isTrue());
    assertThat(nodes.count("kvasir.disk.fetches", "outcome", "stored")).isBetween(1.0, 3.0);
  }

  @Test
  void get_holderGone_isSkipped() {
    nodes.start("a", "b", "c");
    putAll();
    nodes.stop("a");
    nodes.grid().forget();
    long elsewhere =
        BLOCKS.stream().filter(block -> !nodes.holders(block).equals(List.of("a"))).count();
    long found = BLOCKS.stream().filter(block -> nodes.get(block).isPresent()).count();
    assertThat(found).isEqualTo(elsewhere).isPositive();
  }

  @Test
  void get_holderThatDoesNotAnswer_isFollowedByTheNext() {
    nodes.close();
    nodes = new TestNodes(folder, Duration.ofSeconds(1));
    nodes.start("a");
    putAll();
    nodes.grid().join("silent");
    List<EncodedBlock> some = BLOCKS.subList(0, 4);
    for (StoredBlock known : nodes.store().list(null, 100).blocks()) {
      nodes.directory().announce(known, "silent").join();
    }
    nodes.grid().forget();
    assertThat(some)
        .allSatisfy(block -> assertThat(nodes.holders(block)).containsExactly("a", "silent"))
        .allSatisfy(block -> assertSame(nodes.get(block).orElseThrow(), block));
  }

  @Test
  void get_damagedFile_isNeverServedAndTheOtherHolderIsAsked() throws IOException {
    nodes.start("a", "b");
    putAll();
    assertThat(nodes.holders(block(1))).containsExactly("a", "b");
    nodes.grid().forget();
    damage(nodes.file("a", block(1)));
    assertSame(nodes.get(block(1)).orElseThrow(), block(1));
    nodes.grid().forget();
    damage(nodes.file("a", block(2)));
    damage(nodes.file("b", block(2)));
    assertThat(nodes.get(block(2))).isEmpty();
    until(() -> nodes.holders(block(2)).isEmpty());
    assertThat(nodes.count("kvasir.disk.lost", "reason", "damaged")).isGreaterThanOrEqualTo(2);
    assertThat(nodes.store().contains(List.of(block(2).key())).join()).isEmpty();
  }

  @Test
  void replace_blockInFilesOnly_bringsItBackWithTheNewInfo() {
    nodes.start("a");
    putAll();
    nodes.grid().forget();
    assertThat(nodes.store().replace(block(1).key(), info(0, "doc"), info(0, "doc", "new")).join())
        .isTrue();
    nodes.settle();
    nodes.stopAll();
    nodes.start("a");
    assertThat(nodes.store().describe(List.of(block(1).key())).join().values())
        .extracting(StoredBlock::info)
        .containsExactly(info(0, "doc", "new"));
  }

  @Test
  void fullDisk_writesStopAndStartAgain_readersSeeNoError() {
    nodes.start("a");
    putAll();
    nodes.opener.set(DiskFilesTest.fullDisk());
    EncodedBlock late = block(50);
    nodes.put(late, info(0, "doc"));
    nodes.settle();
    assertThat(nodes.holders(late)).isEmpty();
    assertThat(nodes.get(late)).isPresent();
    assertThat(nodes.registry.get("kvasir.disk.writes.off").gauge().value()).isOne();
    nodes.grid().memory().remove(block(1).key()).join();
    assertSame(nodes.get(block(1)).orElseThrow(), block(1));
    nodes.opener.set(DurableFile.Opener.NEW);
    until(() -> !nodes.holders(late).isEmpty());
    assertThat(nodes.registry.get("kvasir.disk.writes.off").gauge().value()).isZero();
  }

  @Test
  void start_memoryOfARunningGrid_isWrittenToo() {
    BLOCKS.forEach(block -> nodes.put(block, info(0, "doc")));
    nodes.start("a");
    nodes.stop("a");
    nodes.start("a");
    until(() -> BLOCKS.stream().allMatch(block -> nodes.holders(block).equals(List.of("a"))));
  }

  @Test
  void message_ofNoKnownForm_isIgnored() {
    assertThat(List.of("", "fetch", "fetch 1 zz a", "fetched 1", "drop", "drop zz", "x 1"))
        .allSatisfy(text -> assertThat(DiskMessage.parse(text)).isEmpty());
  }

  private void putAll() {
    BLOCKS.forEach(block -> nodes.put(block, info(0, "doc")));
    nodes.settle();
  }

  private void assertAllFound() {
    BLOCKS.forEach(block -> assertSame(nodes.get(block).orElseThrow(), block));
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 3] ^= 4;
    Files.write(file, bytes);
  }
}
