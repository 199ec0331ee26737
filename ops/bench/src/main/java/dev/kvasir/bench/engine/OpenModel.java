package dev.kvasir.bench.engine;

import dev.kvasir.block.ElementType;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.nio.file.Path;

/** A model that is loaded for the benchmark alone. Owns its engine and file. */
public final class OpenModel implements AutoCloseable {
  private final GgufFile file;
  private final LlamaEngine engine;
  private final PromptLayout layout;
  private final int threads;

  private OpenModel(GgufFile file, int threads) {
    this.file = file;
    this.threads = threads;
    engine =
        LlamaEngine.open(
            file, new EngineOptions(EngineOptions.Backend.VECTOR, threads, ElementType.FLOAT16));
    layout =
        new PromptLayout(
            Tokenizer.from(file), engine.model().fingerprint(), engine.elementType(), "bench");
  }

  /**
   * Loads a model.
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException if it cannot
   */
  public static OpenModel load(Path model, int threads) {
    GgufFile file = GgufFile.open(model);
    try {
      return new OpenModel(file, threads);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  LlamaEngine engine() {
    return engine;
  }

  PromptLayout layout() {
    return layout;
  }

  int threads() {
    return threads;
  }

  @Override
  public void close() {
    engine.close();
    file.close();
  }
}
