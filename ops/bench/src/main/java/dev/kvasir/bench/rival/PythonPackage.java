package dev.kvasir.bench.rival;

import dev.kvasir.bench.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** A package of the rivals' virtual environment. */
public record PythonPackage(String name, String version) {
  public static final PythonPackage LLAMA = new PythonPackage("llama-cpp-python", "0.3.36");
  public static final PythonPackage TRANSFORMERS = new PythonPackage("transformers", "5.23.0");
  public static final PythonPackage TORCH = new PythonPackage("torch", "2.11.0");

  /** All that a whole setup installs. */
  public static final List<PythonPackage> ALL = List.of(LLAMA, TORCH, TRANSFORMERS);

  /** As pip wants it. */
  String requirement() {
    return name + "==" + version;
  }

  boolean isInstalledIn(RivalHome home) {
    return installedIn(home)
        .filter(found -> found.equals(version) || found.startsWith(version + "+"))
        .isPresent();
  }

  /** The installed version, with its build label if it has one. */
  public Optional<String> installedIn(RivalHome home) {
    if (!Files.isExecutable(home.python())) {
      return Optional.empty();
    }
    String code = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))";
    try {
      Process process =
          new ProcessBuilder(home.python().toString(), "-c", code, name)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String found = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(found.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted");
    }
  }
}
