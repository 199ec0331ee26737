package dev.kvasir.cli.finetune;

import dev.kvasir.bench.rival.SetupLog;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The Python project {@code ops/finetune} and its virtual environment, which holds exactly what the
 * project's lock file names.
 *
 * @param sources the project's folder
 * @param home where the environment lies
 * @param python the interpreter that makes it
 */
public record PythonProject(Path sources, Path home, String python) {
  private static final String LOCK = "requirements.lock";

  /** The usual places: {@code finetune} of the cache folder and of {@code ops}. */
  public static PythonProject of(Path cache, Path root) {
    return new PythonProject(root.resolve("ops/finetune"), cache.resolve("finetune"), "python3");
  }

  /**
   * Installs what the lock file names, unless it is there.
   *
   * @param progress told before the slow part
   * @throws UserError if that fails, with what to do
   */
  public void install(Consumer<String> progress) {
    try {
      if (isInstalled()) {
        return;
      }
      progress.accept("installing PyTorch and a few more into %s (5 GB)".formatted(venv()));
      Files.createDirectories(home);
      setUp(List.of(python, "-m", "venv", "--clear", venv().toString()));
      setUp(
          List.of(
              interpreter(),
              "-m",
              "pip",
              "install",
              "--disable-pip-version-check",
              "--no-input",
              "--progress-bar",
              "off",
              "--require-hashes",
              "--requirement",
              lock().toString()));
      Files.copy(lock(), installed(), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UserError(
          "%s cannot be written: set KVASIR_HOME to a folder you may write to".formatted(home), e);
    }
  }

  /** Runs a module of the environment with the terminal as its own; returns its status. */
  public int run(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(interpreter(), "-m"));
    command.addAll(arguments);
    return finished(new ProcessBuilder(command).inheritIO());
  }

  private boolean isInstalled() throws IOException {
    return Files.isRegularFile(installed())
        && Files.isExecutable(Path.of(interpreter()))
        && Files.readString(installed()).equals(Files.readString(lock()));
  }

  private void setUp(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (finished(builder.redirectOutput(log().toFile())) != 0) {
      throw failure();
    }
  }

  private int finished(ProcessBuilder builder) {
    builder.environment().put("PYTHONPATH", sources.resolve("src").toString());
    try {
      return builder.start().waitFor();
    } catch (IOException e) {
      throw new UserError(
          "%s does not start: install Python 3.11 or newer with venv and pip"
              .formatted(builder.command().getFirst()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted: run the command again, it goes on where it was", e);
    }
  }

  private UserError failure() throws IOException {
    String reason = SetupLog.reason(Files.readString(log()), "the installation failed");
    return new UserError("%s; its whole log is %s".formatted(reason, log()));
  }

  private Path venv() {
    return home.resolve("venv");
  }

  private String interpreter() {
    return venv().resolve("bin/python").toString();
  }

  private Path lock() {
    return sources.resolve(LOCK);
  }

  /** A copy of the lock file, written last. */
  private Path installed() {
    return venv().resolve(LOCK);
  }

  private Path log() {
    return home.resolve("setup.log");
  }
}
