package dev.kvasir.cli.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Damages files of blocks. */
final class Damage {
  private static final int FLIP = 0x10;

  private Damage() {}

  /** Flips a bit in the middle of the first files below the folder; returns how many. */
  static int flip(Path folder, int count) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> blocks =
          files.filter(file -> file.toString().endsWith(".arrow")).sorted().limit(count).toList();
      for (Path block : blocks) {
        flip(block);
      }
      return blocks.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void flip(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long middle = bytes.length() / 2;
      bytes.seek(middle);
      int value = bytes.read();
      bytes.seek(middle);
      bytes.write(value ^ FLIP);
    }
  }
}
