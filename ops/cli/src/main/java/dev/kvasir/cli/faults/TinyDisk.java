package dev.kvasir.cli.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small file system in memory that can be filled up. Owns the mount. Not thread-safe. */
final class TinyDisk implements AutoCloseable {
  private static final int PIECE_BYTES = 64 * 1024;

  private final Path folder;
  private final boolean mounted;

  private TinyDisk(Path folder, boolean mounted) {
    this.folder = folder;
    this.mounted = mounted;
  }

  /** Mounts one at this folder, if this user may. */
  static TinyDisk mount(Path folder, int mebibytes) {
    try {
      Files.createDirectories(folder);
      String size = "size=" + mebibytes + "m";
      return new TinyDisk(
          folder,
          SystemCommand.run(
              List.of("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether there is one; without it the disk cannot be filled up. */
  boolean mounted() {
    return mounted;
  }

  /** Takes all the space that is left. */
  void fill() {
    try (OutputStream out = Files.newOutputStream(ballast())) {
      byte[] piece = new byte[PIECE_BYTES];
      while (Files.getFileStore(folder).getUsableSpace() > 0) {
        out.write(piece);
      }
    } catch (IOException _) {
      return;
    }
  }

  /** Gives the space back. */
  void free() {
    try {
      Files.deleteIfExists(ballast());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  @Override
  public void close() {
    if (mounted) {
      SystemCommand.run(List.of("umount", "-l", folder.toString()));
    }
  }
}
