package dev.kvasir.engine.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** The real model that tests run on. */
public final class TestModel {
  private static final String FILE = "SmolLM2-135M-Instruct.Q4_1.gguf";

  private TestModel() {}

  /**
   * The model file: system property {@code kvasir.model}, else in the cache folder ({@code
   * KVASIR_HOME}, or {@code ~/.cache/kvasir}). A missing one fails the test; it is never skipped.
   */
  public static Path path() {
    Path path = configured();
    if (!Files.isRegularFile(path)) {
      throw new AssertionError(
          "the model is missing: run ./kvasir once to fetch it to "
              + path
              + ", or name it by -Dkvasir.model=FILE");
    }
    return path;
  }

  private static Path configured() {
    String named = System.getProperty("kvasir.model");
    if (named != null) {
      return Path.of(named);
    }
    String home = System.getenv("KVASIR_HOME");
    Path cache =
        home == null ? Path.of(System.getProperty("user.home"), ".cache", "kvasir") : Path.of(home);
    return cache.resolve("models").resolve(FILE);
  }
}
