package dev.kvasir.node.disk;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;

/** A process that writes blocks, from a first number on, until it is killed. */
final class WritingChild {
  /** Begins the lines that are not the log's. */
  static final String WRITTEN = "written ";

  private WritingChild() {}

  /** It is killed long before; a test that was killed itself must not leave the disk full. */
  private static final int MOST = 500;

  /** Prints a line with each number once its block is written. */
  public static void main(String[] args) throws IOException {
    DiskFolder folder = DiskFolder.open(Path.of(args[0]));
    DiskFiles files =
        DiskFiles.open(
            folder, 1L << 40, new DiskMetrics(new SimpleMeterRegistry()), DurableFile.Opener.NEW);
    int first = Integer.parseInt(args[1]);
    for (int number = first; number < first + MOST && testLives(); number++) {
      files.write(KvBlocks.large(number), KvBlocks.info(number, "a"), _ -> {});
      System.out.println(WRITTEN + number);
    }
  }

  private static boolean testLives() {
    return ProcessHandle.current().parent().map(ProcessHandle::isAlive).orElse(false);
  }
}
