package dev.kvasir.bench.rival;

import dev.kvasir.bench.BenchException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Installs rivals step by step; what is there is kept, so a broken run is just repeated. */
public final class RivalSetup {
  private final RivalHome home;
  private final Consumer<String> progress;

  /**
   * A setup into this home.
   *
   * @param progress told of each step and how long it took
   */
  public RivalSetup(RivalHome home, Consumer<String> progress) {
    this.home = home;
    this.progress = progress;
  }

  /** The versions that are installed and the model file, a line each. */
  public static List<String> state(RivalHome home) {
    List<String> lines = new ArrayList<>();
    for (PythonPackage each : PythonPackage.ALL) {
      lines.add(each.name() + " " + each.installedIn(home).orElse("not installed"));
    }
    Path model = home.halfModel();
    lines.add(model.getFileName() + (Files.isRegularFile(model) ? " present" : " missing"));
    return lines;
  }

  /**
   * Installs what is missing.
   *
   * @param withTorch whether the 5 GB of PyTorch are wanted, and transformers with them
   * @throws BenchException if a step fails, with what to do
   */
  public void run(boolean withTorch) {
    makeFolder();
    step("virtual environment", Files.isExecutable(home.python()), this::makeVenv);
    step(
        PythonPackage.LLAMA.requirement() + ", built from source (ten minutes on two cores)",
        PythonPackage.LLAMA.isInstalledIn(home),
        this::buildLlama);
    step("F16 model file", Files.isRegularFile(home.halfModel()), this::makeHalfModel);
    if (withTorch) {
      install(PythonPackage.TORCH);
      install(PythonPackage.TRANSFORMERS);
    }
  }

  private void makeFolder() {
    try {
      Files.createDirectories(home.folder());
    } catch (IOException e) {
      throw new BenchException(
          "%s cannot be made: set KVASIR_HOME to a folder you may write to"
              .formatted(home.folder()));
    }
  }

  private void step(String what, boolean done, Runnable work) {
    if (done) {
      progress.accept(what + ": is there");
      return;
    }
    progress.accept(what + " ...");
    long begin = System.nanoTime();
    work.run();
    long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    progress.accept("%s: took %d s".formatted(what, seconds));
  }

  private void makeVenv() {
    command(List.of("python3", "-m", "venv", home.venv().toString()));
  }

  /** Its build fetches cmake and ninja from pip where the machine has none. */
  private void buildLlama() {
    requireCompiler();
    pip("--no-binary", PythonPackage.LLAMA.name(), PythonPackage.LLAMA.requirement());
  }

  private void makeHalfModel() {
    command(
        List.of(
            home.python().toString(),
            home.script("make_f16.py").toString(),
            home.model().toString(),
            home.halfModel().toString()));
  }

  private void install(PythonPackage wanted) {
    step(wanted.requirement(), wanted.isInstalledIn(home), () -> pip(wanted.requirement()));
  }

  private void pip(String... arguments) {
    List<String> command = new ArrayList<>(List.of(home.python().toString(), "-m", "pip"));
    command.addAll(List.of("install", "--disable-pip-version-check", "--no-input"));
    command.addAll(List.of("--progress-bar", "off"));
    command.addAll(List.of(arguments));
    command(command);
  }

  private static void requireCompiler() {
    boolean found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .filter(folder -> !folder.isEmpty())
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "g++")));
    if (!found) {
      throw new BenchException(
          "g++ was not found: install a C++ compiler (Debian: apt-get install g++)");
    }
  }

  private void command(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.to(home.log().toFile()));
    builder
        .environment()
        .putIfAbsent(
            "CMAKE_BUILD_PARALLEL_LEVEL",
            Integer.toString(Runtime.getRuntime().availableProcessors()));
    try {
      Process process = builder.start();
      if (process.waitFor() != 0) {
        throw failure(command.getFirst());
      }
    } catch (IOException e) {
      throw new BenchException(
          "%s does not start: install Python 3 with venv and pip".formatted(command.getFirst()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted: run the command again, it goes on where it was");
    }
  }

  private BenchException failure(String program) {
    String reason = SetupLog.reason(readLog(), program + " failed");
    return new BenchException("%s; its whole log is %s".formatted(reason, home.log()));
  }

  private String readLog() {
    try {
      return Files.readString(home.log());
    } catch (IOException e) {
      return "";
    }
  }
}
