package dev.kvasir.block.arrow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A Python with pyarrow in the module's build folder, made once per build. */
final class PyarrowVenv {
  private static final String PYARROW = "pyarrow==26.0.1";
  private static final Path FOLDER = Path.of("target", "pyarrow-venv").toAbsolutePath();
  private static final Path READY = FOLDER.resolve(PYARROW + ".ready");

  private PyarrowVenv() {}

  /** What the script prints, by line; skips the test, and says so, where Python can't be had. */
  static List<String> run(String script, Path argument) {
    try {
      prepare();
    } catch (IllegalStateException e) {
      System.out.println("SKIPPED comparison with pyarrow: " + e.getMessage());
      Assumptions.abort("no pyarrow: " + e.getMessage());
    }
    return command(python(), "-c", script, argument.toString()).lines().toList();
  }

  private static synchronized void prepare() {
    if (Files.exists(READY)) {
      return;
    }
    command("python3", "-m", "venv", FOLDER.toString());
    command(python(), "-m", "pip", "install", "--quiet", PYARROW, "numpy");
    try {
      Files.createFile(READY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String python() {
    return FOLDER.resolve("bin").resolve("python").toString();
  }

  private static String command(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command[0] + " failed: " + output.strip());
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(command[0] + " does not run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
