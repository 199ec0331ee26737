package dev.kvasir.engine.model;

import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;

/** A model in one GGUF file, tokenizer included. */
public final class GgufModel extends ModelFiles {
  private static final String ENDING = ".gguf";

  private final GgufFile file;

  /** Takes ownership of the file. */
  public GgufModel(GgufFile file) {
    this.file = file;
  }

  @Override
  public String name() {
    String name = String.valueOf(file.path().getFileName());
    return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
  }

  @Override
  public LlamaConfig config() {
    return GgufConfig.read(file);
  }

  @Override
  public Tokenizer tokenizer() {
    return Tokenizer.from(file);
  }

  @Override
  WeightSource weights(LlamaConfig config) {
    return new GgufWeights(file, config);
  }

  @Override
  List<Path> files() {
    return List.of(file.path());
  }

  @Override
  void unload() {
    file.tensors().forEach(tensor -> tensor.data().unload());
  }

  @Override
  public void close() {
    file.close();
  }
}
