package dev.kvasir.bench.rival;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where rivals are installed.
 *
 * @param folder holds the virtual environment and the rivals' model files
 * @param scripts the project's Python files for rivals
 * @param model the shipped model file that the rivals' are made from
 */
public record RivalHome(Path folder, Path scripts, Path model) {

  /** The usual places: {@code rivals} of the cache folder and of the benchmark's module. */
  public static RivalHome of(Path cache, Path root, Path model) {
    return new RivalHome(cache.resolve("rivals"), root.resolve("ops/bench/rivals"), model);
  }

  public Path venv() {
    return folder.resolve("venv");
  }

  public Path python() {
    return venv().resolve("bin/python");
  }

  /** The model's weights as F16. */
  public Path halfModel() {
    return folder.resolve("SmolLM2-135M-Instruct.F16.gguf");
  }

  /** Of a step that failed. */
  public Path log() {
    return folder.resolve("setup.log");
  }

  public Path script(String name) {
    return scripts.resolve(name);
  }

  /** Whether llama.cpp and its model file can be used. */
  public boolean hasLlama() {
    return Files.isRegularFile(halfModel()) && PythonPackage.LLAMA.isInstalledIn(this);
  }
}
