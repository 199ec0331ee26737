package dev.kvasir.decode.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Python environment with pinned packages, made once and kept under the module's target. */
final class PythonVenv {
  private static final long MINUTES = 5;

  private final Path python;

  private PythonVenv(Path python) {
    this.python = python;
  }

  /** What a finished process said. */
  record Run(int status, String output) {}

  /** There is no Python here that can make environments or install packages. */
  static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    Unavailable(String message) {
      super(message);
    }
  }

  /** The environment in a folder, made anew unless it holds these very packages. */
  static PythonVenv with(Path folder, Path requirements)
      throws IOException, InterruptedException, Unavailable {
    Path marker = folder.resolve("requirements.installed");
    PythonVenv venv = new PythonVenv(folder.resolve("bin/python"));
    if (Files.exists(marker) && Files.readString(marker).equals(Files.readString(requirements))) {
      return venv;
    }
    must(List.of("python3", "-m", "venv", "--clear", folder.toString()));
    must(
        List.of(
            venv.python.toString(),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
            requirements.toString()));
    Files.copy(requirements, marker);
    return venv;
  }

  Run run(Path script, String argument) throws IOException, InterruptedException {
    return run(List.of(python.toString(), script.toString(), argument));
  }

  private static void must(List<String> command)
      throws IOException, InterruptedException, Unavailable {
    Run run;
    try {
      run = run(command);
    } catch (IOException e) {
      throw new Unavailable(e.toString());
    }
    if (run.status != 0) {
      throw new Unavailable(String.join(" ", command) + ": " + run.output);
    }
  }

  private static Run run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("kvasir-python", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return new Run(-1, "no end within " + MINUTES + " minutes");
      }
      return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }
}
