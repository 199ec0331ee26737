package dev.kvasir.engine.model;

import dev.kvasir.engine.safetensors.JsonFields;
import dev.kvasir.engine.safetensors.TensorFolder;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A model in a folder of Hugging Face's layout. */
public final class FolderModel extends ModelFiles {
  private static final String CONFIG = "config.json";
  private static final List<String> TOKENIZER = List.of("tokenizer.json", "tokenizer_config.json");

  private final Path folder;
  private final FolderConfig config;
  private final TensorFolder tensors;

  private FolderModel(Path folder, FolderConfig config, TensorFolder tensors) {
    this.folder = folder;
    this.config = config;
    this.tensors = tensors;
  }

  static FolderModel in(Path folder) {
    FolderConfig config = new FolderConfig(JsonFields.read(folder.resolve(CONFIG)));
    return new FolderModel(folder, config, TensorFolder.open(folder));
  }

  @Override
  public String name() {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  @Override
  public LlamaConfig config() {
    return config.read();
  }

  @Override
  public Tokenizer tokenizer() {
    return Tokenizer.from(folder);
  }

  @Override
  WeightSource weights(LlamaConfig shape) {
    return new FolderWeights(tensors, shape, config.isTied());
  }

  @Override
  List<Path> files() {
    List<Path> files = new ArrayList<>();
    files.add(folder.resolve(CONFIG));
    TOKENIZER.stream().map(folder::resolve).filter(Files::exists).forEach(files::add);
    files.addAll(tensors.files());
    return files;
  }

  @Override
  void unload() {
    tensors.names().stream()
        .flatMap(name -> tensors.tensor(name).stream())
        .forEach(tensor -> tensor.data().unload());
  }

  @Override
  public void close() {
    tensors.close();
  }
}
