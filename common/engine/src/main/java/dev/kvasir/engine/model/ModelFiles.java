package dev.kvasir.engine.model;

import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a model, open: shape and weights are read from them. Thread-safe. Owns the mappings
 * of the files, which must stay open as long as an engine runs on them; close is idempotent.
 */
public abstract sealed class ModelFiles implements AutoCloseable
    permits GgufModel, FolderModel, AdaptedModel {

  ModelFiles() {}

  /**
   * Opens a GGUF file, or a folder in Hugging Face's layout ({@code config.json} and safetensors).
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException if the files are missing or not sound
   */
  public static ModelFiles open(Path model) {
    return Files.isDirectory(model) ? FolderModel.in(model) : new GgufModel(GgufFile.open(model));
  }

  /**
   * This model with a LoRA adapter in PEFT's layout merged into its weights when they are loaded.
   * Takes ownership of this model, also where it throws.
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException if the adapter is not sound or not supported
   */
  public ModelFiles withAdapter(Path adapter, AdaptedModel.Precision precision) {
    try {
      return new AdaptedModel(this, LoraAdapter.open(adapter), precision);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What operators call the model. */
  public abstract String name();

  /**
   * The shape of the model.
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException if the model needs something the engine does
   *     not have
   */
  public abstract LlamaConfig config();

  /**
   * Reads the model's tokenizer.
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException where it is missing, damaged or of an
   *     unsupported kind
   */
  public abstract Tokenizer tokenizer();

  /** The weights, in views of the files. */
  abstract WeightSource weights(LlamaConfig config);

  /** All files that decide the numbers, in a fixed order. */
  abstract List<Path> files();

  /** What is rounded on the way from the files to the weights, as part of the fingerprint. */
  String rounding() {
    return "";
  }

  /**
   * Lets the system take the pages of all tensors out of this process; whoever reads one again gets
   * it from the file. Once weights are packed, only rows of the embedding are.
   */
  abstract void unload();

  @Override
  public abstract void close();
}
