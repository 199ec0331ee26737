package dev.kvasir.cli.console;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Checks where a command shall write before it does anything slow. */
public final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses a file that cannot be made; no file is fine.
   *
   * @throws UserError if its folder is missing or closed, or it is a folder itself
   */
  public static void requireFolder(@Nullable Path file) {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file) || !Files.isWritable(folder)) {
      throw new UserError("%s cannot be written: choose another file".formatted(file));
    }
  }
}
