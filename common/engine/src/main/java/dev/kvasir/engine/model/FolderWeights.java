package dev.kvasir.engine.model;

import dev.kvasir.engine.gguf.Dequantizer;
import dev.kvasir.engine.gguf.StoredTensor;
import dev.kvasir.engine.kernel.RowSource;
import dev.kvasir.engine.safetensors.TensorFolder;
import java.util.HashSet;
import java.util.Set;

/** The weights of a folder; a view of its files. */
final class FolderWeights implements WeightSource {
  /** RoPE frequencies that old converters wrote; they follow from config.json. */
  private static final String STORED_FREQUENCIES = ".self_attn.rotary_emb.inv_freq";

  private final TensorFolder tensors;
  private final boolean isTied;

  /** Refuses a folder with a tensor that its architecture has no use for. */
  FolderWeights(TensorFolder tensors, LlamaConfig config, boolean isTied) {
    this.tensors = tensors;
    this.isTied = isTied;
    refuseStrangers(config);
  }

  @Override
  public boolean has(Weight weight) {
    return weight == Weight.HEAD ? !isTied : tensors.tensor(weight.inFolder(0)).isPresent();
  }

  @Override
  public RowSource matrix(Weight weight, int layer, int outputs, int inputs) {
    StoredTensor tensor = tensors.requireTensor(weight.inFolder(layer), inputs, outputs);
    return row -> new TensorRow(tensor, row, inputs);
  }

  @Override
  public float[] vector(Weight weight, int layer, int size) {
    StoredTensor tensor = tensors.requireTensor(weight.inFolder(layer), size);
    float[] values = new float[size];
    Dequantizer.dequantize(tensor, 0, size, values, 0);
    return values;
  }

  private void refuseStrangers(LlamaConfig config) {
    Set<String> known = new HashSet<>();
    for (Weight weight : config.weights()) {
      for (int layer = 0; layer < (weight.isOfLayer() ? config.layers() : 1); layer++) {
        known.add(weight.inFolder(layer));
      }
    }
    for (String name : tensors.names()) {
      if (!known.contains(name) && !name.endsWith(STORED_FREQUENCIES)) {
        throw tensors.fault(
            name,
            "tensor \"%s\" has no place in architecture %s of %d layers"
                .formatted(name, config.architecture().id(), config.layers()));
      }
    }
  }
}
