package dev.kvasir.engine.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The real Qwen model, which not every machine has: 468 MB. */
public final class QwenModel {
  private static final String FILE = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf";

  private QwenModel() {}

  /**
   * The model file: system property {@code kvasir.qwen}, else beside {@link TestModel}'s. Without
   * it the test is reported as skipped, and says so on the console.
   */
  public static Path path() {
    String named = System.getProperty("kvasir.qwen");
    Path path = named == null ? TestModel.path().resolveSibling(FILE) : Path.of(named);
    if (!Files.isRegularFile(path)) {
      System.out.printf(
          "SKIPPED: no Qwen model at %s: run python3 ops/golden/fetch_qwen.py, or name one by"
              + " -Dkvasir.qwen=FILE%n",
          path);
    }
    Assumptions.assumeTrue(Files.isRegularFile(path), () -> "no Qwen model at " + path);
    return path;
  }
}
