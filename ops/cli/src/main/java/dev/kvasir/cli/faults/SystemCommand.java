package dev.kvasir.cli.faults;

import java.io.IOException;
import java.util.List;

/** A program of the system whose output nobody reads. */
final class SystemCommand {
  private SystemCommand() {}

  /** Whether it is there and ended with status 0. */
  static boolean run(List<String> line) {
    try {
      return new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
