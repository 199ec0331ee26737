package dev.kvasir.engine.model;

import dev.kvasir.engine.gguf.Dequantizer;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.gguf.StoredTensor;
import dev.kvasir.engine.safetensors.JsonFields;
import dev.kvasir.engine.safetensors.TensorFolder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A LoRA adapter (Hu et al. 2021) in PEFT's layout: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}. Thread-safe. Owns the mapping of its file.
 */
final class LoraAdapter implements AutoCloseable {
  private static final String CONFIG = "adapter_config.json";
  private static final String TENSORS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";
  private static final String DOWN = ".lora_A.weight";
  private static final String UP = ".lora_B.weight";

  private final Path folder;
  private final LoraSettings settings;
  private final TensorFolder tensors;

  private LoraAdapter(Path folder, LoraSettings settings, TensorFolder tensors) {
    this.folder = folder;
    this.settings = settings;
    this.tensors = tensors;
  }

  /**
   * Maps the adapter's file and checks its settings.
   *
   * @throws ModelFileException if it is not sound or not supported
   */
  static LoraAdapter open(Path folder) {
    LoraSettings settings = LoraSettings.from(JsonFields.read(folder.resolve(CONFIG)));
    return new LoraAdapter(folder, settings, TensorFolder.ofFile(folder.resolve(TENSORS)));
  }

  /** The folder's name. */
  String name() {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  ModelFileException fault(String reason) {
    return new ModelFileException(folder.resolve(TENSORS), 0, reason);
  }

  List<Path> files() {
    return List.of(folder.resolve(CONFIG), folder.resolve(TENSORS));
  }

  /** Refuses an adapter with a tensor that fits no weight of the model, or with none at all. */
  void refuseStrangers(LlamaConfig config) {
    Set<String> known = new HashSet<>();
    for (Weight weight : config.weights()) {
      for (int layer = 0; weight.module().isPresent() && layer < config.layers(); layer++) {
        known.add(PREFIX + module(weight, layer) + DOWN);
        known.add(PREFIX + module(weight, layer) + UP);
      }
    }
    for (String name : tensors.names()) {
      if (!known.contains(name)) {
        throw tensors.fault(
            name,
            "tensor \"%s\" fits no weight of architecture %s of %d layers"
                .formatted(name, config.architecture().id(), config.layers()));
      }
    }
    if (tensors.names().isEmpty()) {
      throw new ModelFileException(folder.resolve(TENSORS), 0, "the adapter has no tensors");
    }
  }

  /** What is added to a matrix, if anything. */
  Optional<LoraUpdate> update(Weight weight, int layer, int outputs, int inputs) {
    String module = module(weight, layer);
    String down = PREFIX + module + DOWN;
    String up = PREFIX + module + UP;
    if (tensors.tensor(down).isEmpty() && tensors.tensor(up).isEmpty()) {
      return Optional.empty();
    }
    int rank = settings.rank(module);
    return Optional.of(
        new LoraUpdate(
            inputs,
            rank,
            settings.scale(module),
            floats(tensors.requireTensor(down, inputs, rank)),
            floats(tensors.requireTensor(up, rank, outputs))));
  }

  private static float[] floats(StoredTensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.elements())];
    Dequantizer.dequantize(tensor, 0, values.length, values, 0);
    return values;
  }

  /** PEFT's name of what a weight belongs to. */
  private static String module(Weight weight, int layer) {
    String name = weight.inFolder(layer);
    return name.substring(0, name.lastIndexOf('.'));
  }

  @Override
  public void close() {
    tensors.close();
  }
}
