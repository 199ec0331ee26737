package dev.kvasir.node.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file so that whoever looks at any moment, after a crash too, finds the old one or the
 * new one, whole: to a temporary name in the same folder, forced to the disk, renamed, and the
 * folder forced as well.
 */
final class DurableFile {
  /** Ends the names of files that are not complete. */
  static final String TEMPORARY = ".tmp";

  /** Puts the bytes into the file. */
  interface Writer {
    void write(FileChannel file) throws IOException;
  }

  /** Opens the temporary file; tests put a full disk here. */
  interface Opener {
    Opener NEW =
        path -> FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    FileChannel open(Path path) throws IOException;
  }

  private DurableFile() {}

  /** Writes a small text. */
  static void write(Path path, String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    Path written =
        temporary(
            path,
            Opener.NEW,
            file -> {
              while (bytes.hasRemaining()) {
                file.write(bytes);
              }
            });
    rename(written, path);
    forceFolderOf(path);
  }

  /** Writes and forces a temporary file beside the path; leaves none behind if it fails. */
  static Path temporary(Path path, Opener opener, Writer writer) throws IOException {
    Path temporary = path.resolveSibling(UUID.randomUUID() + TEMPORARY);
    try (FileChannel file = opener.open(temporary)) {
      writer.write(file);
      file.force(true);
      return temporary;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /** Gives the temporary file its name; durable once the folder is forced. */
  static void rename(Path temporary, Path path) throws IOException {
    try {
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /** Makes the file's name durable. */
  static void forceFolderOf(Path file) throws IOException {
    forceFolder(folderOf(file));
  }

  /** Makes the folder in which the file will lie. */
  static void makeFolderOf(Path file) throws IOException {
    makeFolder(folderOf(file));
  }

  /** Makes a folder and what is missing above it, durably. */
  static void makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folderOf(folder);
    makeFolder(parent);
    Files.createDirectories(folder);
    forceFolder(parent);
  }

  private static Path folderOf(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("the disk tier can't lie in the root: " + path);
    }
    return parent;
  }

  private static void forceFolder(Path folder) throws IOException {
    try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
      opened.force(true);
    }
  }
}
