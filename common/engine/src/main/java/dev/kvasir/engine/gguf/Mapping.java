package dev.kvasir.engine.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Maps model files, whatever their format. */
public final class Mapping {
  private Mapping() {}

  /** Reads a header over the mapped bytes. */
  @FunctionalInterface
  public interface Reader<T> {
    /** Takes ownership of the arena if it returns. */
    T read(MemorySegment bytes, Arena arena);
  }

  /**
   * Maps a file and hands it to its reader; nothing stays mapped where that fails.
   *
   * @throws ModelFileException where the file cannot be read, or from the reader
   */
  public static <T> T open(Path path, Reader<T> reader) {
    Arena arena = Arena.ofShared();
    try {
      return reader.read(map(path, arena), arena);
    } catch (NoSuchFileException e) {
      arena.close();
      throw new ModelFileException(path, 0, "there is no such file", e);
    } catch (IOException e) {
      arena.close();
      throw new ModelFileException(path, 0, "cannot be read: " + e.getMessage(), e);
    } catch (ModelFileException e) {
      arena.close();
      throw e;
    }
  }

  private static MemorySegment map(Path path, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }
}
