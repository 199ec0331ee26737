package dev.kvasir.engine.model;

import dev.kvasir.engine.gguf.Dequantizer;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.gguf.StoredTensor;
import dev.kvasir.engine.kernel.RowSource;
import java.util.HashSet;
import java.util.Set;

/** The weights of a GGUF file; a view of it. */
final class GgufWeights implements WeightSource {
  private final GgufFile file;
  private final LlamaConfig config;

  /** Refuses a file with a tensor that its architecture has no use for. */
  GgufWeights(GgufFile file, LlamaConfig config) {
    this.file = file;
    this.config = config;
    refuseStrangers();
  }

  @Override
  public boolean has(Weight weight) {
    return file.tensor(weight.inGguf(0)).isPresent();
  }

  @Override
  public RowSource matrix(Weight weight, int layer, int outputs, int inputs) {
    StoredTensor tensor = file.requireTensor(weight.inGguf(layer), inputs, outputs);
    if (!isPermuted(weight)) {
      return row -> new TensorRow(tensor, row, inputs);
    }
    int d = config.headDim();
    return row -> new TensorRow(tensor, HeadRows.amongNeighbours(row, d), inputs);
  }

  @Override
  public float[] vector(Weight weight, int layer, int size) {
    StoredTensor tensor = file.requireTensor(weight.inGguf(layer), size);
    float[] values = new float[size];
    Dequantizer.dequantize(tensor, 0, size, values, 0);
    return values;
  }

  private boolean isPermuted(Weight weight) {
    return config.architecture().neighboursInGguf()
        && (weight == Weight.QUERY || weight == Weight.KEY);
  }

  private void refuseStrangers() {
    Set<String> known = new HashSet<>();
    known.add(GgufConfig.ROPE_FACTORS);
    for (Weight weight : config.weights()) {
      for (int layer = 0; layer < (weight.isOfLayer() ? config.layers() : 1); layer++) {
        known.add(weight.inGguf(layer));
      }
    }
    for (StoredTensor tensor : file.tensors()) {
      if (!known.contains(tensor.name())) {
        throw new ModelFileException(
            file.path(),
            tensor.offset(),
            "tensor \"%s\" has no place in architecture %s of %d layers"
                .formatted(tensor.name(), config.architecture().id(), config.layers()));
      }
    }
  }
}
