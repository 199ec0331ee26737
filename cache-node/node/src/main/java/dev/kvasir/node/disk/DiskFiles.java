package dev.kvasir.node.disk;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.arrow.BlockFile;
import dev.kvasir.node.disk.DiskMetrics.Loss;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockInfoBytes;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.Tier;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file a block, within a bound of bytes; the files that were not used for longest go first. A
 * file that is not exactly what was written is never served: it is dropped and counted. Their times
 * of last use are the files' modification times, so that the order outlives the process. Borrows
 * the folder. Thread-safe; one thread writes.
 */
final class DiskFiles {
  private static final Logger log = LoggerFactory.getLogger(DiskFiles.class);

  private final DiskFolder folder;
  private final DiskMetrics metrics;
  private final DurableFile.Opener opener;
  private final FileIndex index;

  /** A block and what its file says of it. */
  record Read(EncodedBlock block, BlockInfo info) {}

  private DiskFiles(
      DiskFolder folder, long maxBytes, DiskMetrics metrics, DurableFile.Opener opener) {
    this.folder = folder;
    this.metrics = metrics;
    this.opener = opener;
    this.index = new FileIndex(maxBytes);
  }

  /**
   * Finds the files of an earlier process: sweeps what it had not finished, drops what is torn or
   * not ours, and what is too much. Only the files' tails are read.
   */
  static DiskFiles open(
      DiskFolder folder, long maxBytes, DiskMetrics metrics, DurableFile.Opener opener)
      throws IOException {
    DiskFiles files = new DiskFiles(folder, maxBytes, metrics, opener);
    List<FileIndex.Entry> found = new ArrayList<>();
    for (Path file : folder.files()) {
      files.examine(file).ifPresent(found::add);
    }
    files.index.fill(found);
    files.makeRoom(0, Optional.empty());
    return files;
  }

  private Optional<FileIndex.Entry> examine(Path file) throws IOException {
    if (file.toString().endsWith(DurableFile.TEMPORARY)) {
      Files.deleteIfExists(file);
      return Optional.empty();
    }
    Optional<BlockKey> key = folder.key(file);
    if (key.isEmpty()) {
      log.warn("file={} is not a block's file: dropped", file);
      Files.deleteIfExists(file);
      metrics.lost(Loss.FOREIGN);
      return Optional.empty();
    }
    return entry(key.get(), file);
  }

  private Optional<FileIndex.Entry> entry(BlockKey key, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      BlockFile.Summary summary = BlockFile.summary(key, channel);
      StoredBlock block =
          stored(key, summary.chunks(), summary.blockBytes(), parsed(key, summary.note()));
      Instant used = Files.getLastModifiedTime(file).toInstant();
      return Optional.of(new FileIndex.Entry(block, channel.size(), used));
    } catch (DamagedBlockException e) {
      dropDamaged(key, e);
      return Optional.empty();
    } catch (IOException e) {
      log.warn("file of block={} can't be read and stays unused: {}", key.hex(), e.toString());
      metrics.failed("open");
      return Optional.empty();
    }
  }

  private static StoredBlock stored(BlockKey key, int chunks, long bytes, BlockInfo info) {
    return new StoredBlock(key, chunks, bytes, info, Tier.DISK);
  }

  private static BlockInfo parsed(BlockKey key, byte[] note) {
    try {
      return BlockInfoBytes.parse(note);
    } catch (IllegalArgumentException e) {
      throw new DamagedBlockException(key, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Writes the block's file, in place of an older one.
   *
   * @param evicted is told of every block whose file had to go for it
   * @return what is on disk now; empty if the block alone is more than the bound
   * @throws IOException if the disk is full or fails; the older file is still there then
   * @throws DamagedBlockException if the block is damaged
   */
  Optional<StoredBlock> write(EncodedBlock block, BlockInfo info, Consumer<BlockKey> evicted)
      throws IOException {
    byte[] note = BlockInfoBytes.of(info);
    long bytes = BlockFile.sizeBytes(block, note);
    if (bytes > index.maxBytes()) {
      return Optional.empty();
    }
    Timer.Sample since = metrics.start();
    makeRoom(bytes, Optional.of(block.key())).forEach(evicted);
    Path path = folder.file(block.key());
    DurableFile.makeFolderOf(path);
    Path written = DurableFile.temporary(path, opener, file -> BlockFile.write(block, note, file));
    StoredBlock stored = stored(block.key(), block.chunks().size(), block.sizeBytes(), info);
    synchronized (this) {
      DurableFile.rename(written, path);
      index.put(new FileIndex.Entry(stored, bytes, Instant.now()));
    }
    DurableFile.forceFolderOf(path);
    metrics.written(since, bytes);
    return Optional.of(stored);
  }

  /** Drops the files that were not used for longest until so many bytes are free. */
  private synchronized List<BlockKey> makeRoom(long bytes, Optional<BlockKey> spared)
      throws IOException {
    List<BlockKey> evicted = index.leastRecentlyUsed(bytes, spared);
    for (BlockKey key : evicted) {
      delete(key, Loss.EVICTED);
    }
    return evicted;
  }

  /**
   * The block in this node's file; empty if there is none or it was damaged and is dropped now.
   *
   * @throws IOException if the disk fails
   */
  Optional<Read> read(BlockKey key) throws IOException {
    Path path = folder.file(key);
    Timer.Sample since = metrics.start();
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      BlockFile.Contents contents = BlockFile.read(key, file);
      BlockInfo info = parsed(key, contents.note());
      metrics.read(since, file.size());
      use(key);
      return Optional.of(new Read(contents.block(), info));
    } catch (NoSuchFileException e) {
      forget(key);
      return Optional.empty();
    } catch (DamagedBlockException e) {
      dropDamaged(key, e);
      return Optional.empty();
    }
  }

  /** Makes the block's file, if it has one, the last to go. */
  synchronized void use(BlockKey key) {
    try {
      if (index.use(key)) {
        Files.setLastModifiedTime(folder.file(key), FileTime.from(Instant.now()));
      }
    } catch (IOException e) {
      metrics.failed("touch");
    }
  }

  /** Somebody else took the file away. */
  private synchronized void forget(BlockKey key) {
    if (!Files.exists(folder.file(key)) && index.remove(key)) {
      log.warn("block={} has lost its file", key.hex());
    }
  }

  private void dropDamaged(BlockKey key, DamagedBlockException why) throws IOException {
    log.warn("file dropped: {}", why.getMessage());
    delete(key, Loss.DAMAGED);
  }

  /** Takes the block's file away; false if there was none. */
  synchronized boolean delete(BlockKey key, Loss why) throws IOException {
    boolean there = Files.deleteIfExists(folder.file(key));
    index.remove(key);
    if (there) {
      metrics.lost(why);
    }
    return there;
  }

  /** What is known of a block that has a file. */
  synchronized Optional<StoredBlock> find(BlockKey key) {
    return index.find(key);
  }

  /** Everything that has a file, longest unused first. */
  synchronized List<StoredBlock> all() {
    return index.all();
  }

  /** Bytes that can be added without dropping a file. */
  synchronized long freeBytes() {
    return index.maxBytes() - index.bytes();
  }

  synchronized int blocks() {
    return index.size();
  }

  /** Bytes of all files. */
  synchronized long bytes() {
    return index.bytes();
  }
}
