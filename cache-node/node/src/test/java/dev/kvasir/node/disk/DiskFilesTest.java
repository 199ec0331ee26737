package dev.kvasir.node.disk;

import static dev.kvasir.node.disk.KvBlocks.block;
import static dev.kvasir.node.disk.KvBlocks.info;
import static dev.kvasir.node.disk.KvBlocks.large;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.Tier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFilesTest {
  private static final long PLENTY = 1L << 30;

  @TempDir private Path root = Path.of("unset");
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private DiskFolder folder;

  @BeforeEach
  void openFolder() throws IOException {
    folder = DiskFolder.open(root);
  }

  @AfterEach
  void closeFolder() throws IOException {
    folder.close();
  }

  @Test
  void read_afterWriteAndReopening_givesTheSameRecordsAndInfo() throws IOException {
    EncodedBlock block = large(1);
    assertThat(block.chunks()).hasSizeGreaterThan(1);
    write(open(PLENTY), block);
    DiskFiles files = open(PLENTY);
    assertThat(files.all())
        .containsExactly(
            new StoredBlock(
                block.key(), block.chunks().size(), block.sizeBytes(), info(3, "a"), Tier.DISK));
    DiskFiles.Read read = files.read(block.key()).orElseThrow();
    assertSame(read.block(), block);
    assertThat(read.info()).isEqualTo(info(3, "a"));
    assertThat(files.bytes()).isEqualTo(Files.size(folder.file(block.key())));
  }

  @Test
  void write_sameBlockWithAnotherInfo_replacesTheFile() throws IOException {
    DiskFiles files = open(PLENTY);
    write(files, block(1));
    files.write(block(1), info(3, "a", "b"), _ -> {});
    assertThat(files.read(block(1).key()).orElseThrow().info()).isEqualTo(info(3, "a", "b"));
    assertThat(files.blocks()).isOne();
    assertThat(files.bytes()).isEqualTo(Files.size(folder.file(block(1).key())));
  }

  @Test
  void write_boundReached_dropsWhatWasNotUsedForLongest() throws IOException {
    DiskFiles unbounded = open(PLENTY);
    for (int i = 0; i < 3; i++) {
      write(unbounded, block(1000 + 7 * i));
      lastUsed(block(1000 + 7 * i), 1_700_000_000 + 100L * i);
    }
    long three = unbounded.bytes();
    DiskFiles files = open(three);
    files.read(block(1000).key());
    List<BlockKey> evicted = new ArrayList<>();
    files.write(block(1021), info(3, "a"), evicted::add);
    assertThat(evicted).containsExactly(block(1007).key());
    assertThat(files.read(block(1007).key())).isEmpty();
    assertThat(files.all().stream().map(StoredBlock::key))
        .containsExactlyInAnyOrder(block(1000).key(), block(1014).key(), block(1021).key());
    assertThat(files.bytes()).isLessThanOrEqualTo(three);
    assertThat(lost("evicted")).isOne();
  }

  /** A file system's own times of files written one after the other may be the same. */
  private void lastUsed(EncodedBlock block, long epochSecond) throws IOException {
    FileTime used = FileTime.from(Instant.ofEpochSecond(epochSecond));
    Files.setLastModifiedTime(folder.file(block.key()), used);
  }

  @Test
  void open_lowerBound_keepsWhatWasUsedLast() throws IOException {
    DiskFiles files = open(PLENTY);
    for (int i = 0; i < 4; i++) {
      write(files, block(1000 + 7 * i));
      lastUsed(block(1000 + 7 * i), 1_700_000_000 - 100L * i);
    }
    DiskFiles smaller = open(files.bytes() / 2);
    assertThat(smaller.all().stream().map(StoredBlock::key))
        .containsExactly(block(1007).key(), block(1000).key());
  }

  @Test
  void write_blockAboveTheBound_isLeftOut() throws IOException {
    DiskFiles files = open(10_000);
    write(files, block(1));
    assertThat(files.write(large(1), info(0), _ -> {})).isEmpty();
    assertThat(files.blocks()).isOne();
  }

  @Test
  void read_anyBitFlipped_dropsTheFileAndCountsIt() throws IOException {
    EncodedBlock block = block(1);
    DiskFiles files = open(PLENTY);
    write(files, block);
    byte[] good = Files.readAllBytes(folder.file(block.key()));
    long seed = 20;
    Random random = new Random(seed);
    int rounds = 100;
    for (int i = 0; i < rounds; i++) {
      int bit = random.nextInt(8 * good.length);
      byte[] damaged = good.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(folder.file(block.key()), damaged);
      assertThat(files.read(block.key())).as("seed=%d bit=%d", seed, bit).isEmpty();
      assertThat(folder.file(block.key())).doesNotExist();
    }
    assertThat(files.blocks()).isZero();
    assertThat(lost("damaged")).isEqualTo(rounds);
  }

  @Test
  void open_tornForeignAndUnfinishedFiles_areDropped() throws IOException {
    DiskFiles files = open(PLENTY);
    IntStream.range(0, 4).forEach(i -> write(files, block(i)));
    Path torn = folder.file(block(0).key());
    Files.write(torn, Arrays.copyOf(Files.readAllBytes(torn), 1000));
    Files.write(folder.file(block(1).key()), new byte[0]);
    Files.copy(folder.file(block(2).key()), torn.resolveSibling("copy.arrow"));
    Files.copy(folder.file(block(2).key()), torn.resolveSibling(block(3).key().hex() + ".arrow"));
    Files.write(torn.resolveSibling("x" + DurableFile.TEMPORARY), new byte[9]);
    Path outside = Files.write(root.resolve("notes.txt"), new byte[9]);
    DiskFiles again = open(PLENTY);
    assertThat(again.all().stream().map(StoredBlock::key))
        .containsExactlyInAnyOrder(block(2).key(), block(3).key());
    assertThat(lost("damaged")).isEqualTo(2);
    assertThat(lost("foreign")).isEqualTo(2);
    assertThat(outside).exists();
    assertThat(filesOnDisk()).isEqualTo(2);
  }

  @Test
  void open_fileOfAnotherBlockUnderItsName_isDropped() throws IOException {
    write(open(PLENTY), block(1));
    write(open(PLENTY), block(2));
    Files.copy(
        folder.file(block(1).key()),
        folder.file(block(2).key()),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(open(PLENTY).all().stream().map(StoredBlock::key)).containsExactly(block(1).key());
  }

  @Test
  void write_fullDisk_failsAndKeepsTheOlderFile() throws IOException {
    write(open(PLENTY), block(1));
    DiskFiles files = DiskFiles.open(folder, PLENTY, new DiskMetrics(registry), fullDisk());
    assertThatThrownBy(() -> files.write(block(1), info(9), _ -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
    assertThatThrownBy(() -> files.write(block(2), info(9), _ -> {}))
        .isInstanceOf(IOException.class);
    assertThat(files.read(block(1).key()).orElseThrow().info()).isEqualTo(info(3, "a"));
    assertThat(files.blocks()).isOne();
    assertThat(filesOnDisk()).isOne();
  }

  @Test
  void open_folderInUse_saysSo() {
    assertThatThrownBy(() -> DiskFolder.open(root))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("give each node its own");
  }

  @Test
  void read_fileTakenAway_isForgotten() throws IOException {
    DiskFiles files = open(PLENTY);
    write(files, block(1));
    Files.delete(folder.file(block(1).key()));
    assertThat(files.read(block(1).key())).isEmpty();
    assertThat(files.blocks()).isZero();
  }

  /** Every write to it fails as on a full disk. */
  static DurableFile.Opener fullDisk() {
    return _ -> FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
  }

  static void assertSame(EncodedBlock actual, EncodedBlock expected) {
    assertThat(actual.key()).isEqualTo(expected.key());
    assertThat(actual.header()).isEqualTo(expected.header());
    assertThat(actual.chunks()).containsExactlyElementsOf(expected.chunks());
  }

  private DiskFiles open(long maxBytes) throws IOException {
    return DiskFiles.open(folder, maxBytes, new DiskMetrics(registry), DurableFile.Opener.NEW);
  }

  private static void write(DiskFiles files, EncodedBlock block) {
    try {
      assertThat(files.write(block, info(3, "a"), _ -> {})).isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double lost(String reason) {
    return registry.counter("kvasir.disk.lost", "reason", reason).count();
  }

  private long filesOnDisk() throws IOException {
    try (Stream<Path> all = Files.walk(root.resolve("blocks"))) {
      return all.filter(Files::isRegularFile).count();
    }
  }
}
