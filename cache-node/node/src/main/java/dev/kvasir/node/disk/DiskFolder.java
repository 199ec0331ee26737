package dev.kvasir.node.disk;

import dev.kvasir.block.BlockKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one node's files, locked against other processes:
 *
 * <pre>
 * lock
 * last-seen                      see {@link LastSeen}
 * blocks/ab/cd/abcd...ef.arrow   one file a block, named by its key
 * </pre>
 */
final class DiskFolder implements AutoCloseable {
  private static final String SUFFIX = ".arrow";
  private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{2}");
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}\\.arrow");

  private final Path root;
  private final FileChannel locked;

  private DiskFolder(Path root, FileChannel locked) {
    this.root = root;
    this.locked = locked;
  }

  /**
   * Makes the folder if need be and locks it.
   *
   * @throws IOException if it can't be used, with what to change
   */
  static DiskFolder open(Path root) throws IOException {
    DurableFile.makeFolder(root.resolve("blocks"));
    FileChannel channel =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      throw new IOException(
          "the disk tier's folder %s is used by another node; give each node its own"
              .formatted(root));
    }
    return new DiskFolder(root, channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** A file beside the blocks. */
  Path file(String name) {
    return root.resolve(name);
  }

  /** Where the block's file is or would be. */
  Path file(BlockKey key) {
    String hex = key.hex();
    return root.resolve("blocks")
        .resolve(hex.substring(0, 2))
        .resolve(hex.substring(2, 4))
        .resolve(hex + SUFFIX);
  }

  /** All files within the two levels of folders, whatever their names. */
  List<Path> files() throws IOException {
    try (Stream<Path> levels = Files.walk(root.resolve("blocks"), 3)) {
      return levels.filter(Files::isRegularFile).filter(this::isTwoLevelsDeep).toList();
    }
  }

  private boolean isTwoLevelsDeep(Path file) {
    Path within = root.resolve("blocks").relativize(file);
    return within.getNameCount() == 3
        && PREFIX.matcher(within.getName(0).toString()).matches()
        && PREFIX.matcher(within.getName(1).toString()).matches();
  }

  /** The block that lies in a file, by its name; empty if the name is none of ours. */
  Optional<BlockKey> key(Path file) {
    String name = file.getFileName().toString();
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    BlockKey key = BlockKey.parse(name.substring(0, name.length() - SUFFIX.length()));
    return Optional.of(key).filter(named -> file(named).equals(file));
  }

  /** Lets another process use the folder. */
  @Override
  public void close() throws IOException {
    locked.close();
  }
}
