package dev.kvasir.cli.up;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** Says that it is ready, whatever it is, leaves a file {@code NAME-PID} and waits to be ended. */
final class StubProcess {
  static final String FOLDER = "stub.folder=";

  private static final String NAME = "grid.instance_name=";

  private StubProcess() {}

  static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Path.of(value(arguments, FOLDER));
    String name = value(arguments, NAME) + "-" + ProcessHandle.current().pid();
    System.out.println("is in the grid, Encoding on, Serving on, Administering on");
    Files.createFile(folder.resolve(name));
    Thread.sleep(Duration.ofMinutes(2));
  }

  private static String value(String[] arguments, String key) {
    return Arrays.stream(arguments)
        .filter(argument -> argument.startsWith(key))
        .findFirst()
        .orElseThrow()
        .substring(key.length());
  }
}
