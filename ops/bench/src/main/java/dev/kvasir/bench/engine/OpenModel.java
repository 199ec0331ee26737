package dev.kvasir.bench.engine;

import dev.kvasir.block.ElementType;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.model.AdaptedModel.Precision;
import dev.kvasir.engine.model.ModelFiles;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model that is loaded for the benchmark alone. Owns its engine and, if it opened them, files.
 */
public final class OpenModel implements AutoCloseable {
  private final Optional<ModelFiles> files;
  private final Optional<Path> adapter;
  private final LlamaEngine engine;
  private final Tokenizer tokenizer;
  private final PromptLayout layout;
  private final int threads;

  private OpenModel(
      Optional<ModelFiles> files,
      Optional<Path> adapter,
      LlamaEngine engine,
      Tokenizer tokenizer,
      int threads) {
    this.files = files;
    this.adapter = adapter;
    this.engine = engine;
    this.tokenizer = tokenizer;
    this.threads = threads;
    layout =
        new PromptLayout(
            tokenizer, engine.model().fingerprint(), engine.elementType(), Scoping.of("bench"));
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
    return load(model, Optional.empty(), threads, kv);
  }

  /**
   * Loads a model with a LoRA adapter merged into it, if there is one.
   *
   * @param kv element type of keys and values
   * @throws dev.kvasir.engine.gguf.ModelFileException if it cannot
   */
  public static OpenModel load(Path model, Optional<Path> adapter, int threads, ElementType kv) {
    ModelFiles base = ModelFiles.open(model);
    ModelFiles files =
        adapter.map(folder -> base.withAdapter(folder, Precision.FLOAT16)).orElse(base);
    try {
      EngineOptions options = new EngineOptions(EngineOptions.Backend.VECTOR, threads, kv);
      LlamaEngine engine = LlamaEngine.open(files, options);
      return new OpenModel(Optional.of(files), adapter, engine, files.tokenizer(), threads);
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
  }

  /** The same weights for other threads to compute with; to be closed before this one. */
  public OpenModel alongside(int others, ElementType kv) {
    return new OpenModel(
        Optional.empty(), adapter, engine.alongside(others, kv), tokenizer, others);
  }

  /** Valid until this is closed. */
  public LlamaEngine engine() {
    return engine;
  }

  /** What is merged into the weights. */
  public Optional<Path> adapter() {
    return adapter;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
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
    files.ifPresent(ModelFiles::close);
  }
}
