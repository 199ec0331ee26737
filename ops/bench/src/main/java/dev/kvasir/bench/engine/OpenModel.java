package dev.kvasir.bench.engine;

import dev.kvasir.block.ElementType;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.nio.file.Path;

/** A model that is loaded for the benchmark alone. Owns its engine and file. */
public final class OpenModel implements AutoCloseable {
  private final GgufFile file;
  private final LlamaEngine engine;
  private final PromptLayout layout;
  private final int threads;

  private OpenModel(GgufFile file, int threads, ElementType kv) {
    this.file = file;
    this.threads = threads;
    engine = LlamaEngine.open(file, new EngineOptions(EngineOptions.Backend.VECTOR, threads, kv));
    layout =
        new PromptLayout(
            Tokenizer.from(file),
            engine.model().fingerprint(),
            engine.elementType(),
            Scoping.of("bench"));
  }

  /**
   * Loads a model, with keys and values in the usual float16.
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException if it cannot
   */
  public static OpenModel load(Path model, int threads) {
    return load(model, threads, ElementType.FLOAT16);
  }

  /**
   * Loads a model.
   *
   * @param kv element type of keys and values
   * @throws dev.kvasir.engine.gguf.ModelFileException if it cannot
   */
  public static OpenModel load(Path model, int threads, ElementType kv) {
    GgufFile file = GgufFile.open(model);
    try {
      return new OpenModel(file, threads, kv);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /** Valid until this is closed. */
  public LlamaEngine engine() {
    return engine;
  }

  public PromptLayout layout() {
    return layout;
  }

  public int threads() {
    return threads;
  }

  @Override
  public void close() {
    engine.close();
    file.close();
  }
}
