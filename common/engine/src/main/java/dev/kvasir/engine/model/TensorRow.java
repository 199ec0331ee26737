package dev.kvasir.engine.model;

import dev.kvasir.engine.gguf.Dequantizer;
import dev.kvasir.engine.gguf.StoredTensor;
import dev.kvasir.engine.kernel.RowSource;
import java.lang.foreign.MemorySegment;

/** A row of a tensor in a GGUF file; a view of the file. */
record TensorRow(StoredTensor tensor, int row, int inputs) implements RowSource.Row {

  @Override
  public void read(float[] target) {
    Dequantizer.dequantize(tensor, (long) row * inputs, inputs, target, 0);
  }

  @Override
  public RowSource.Form form() {
    return switch (tensor.type()) {
      case Q4_1 -> RowSource.Form.Q4_1;
      case Q8_0 -> RowSource.Form.Q8_0;
      default -> RowSource.Form.FLOATS;
    };
  }

  @Override
  public MemorySegment blocks() {
    long bytes = (long) inputs / tensor.type().blockElements() * tensor.type().blockBytes();
    return tensor.data().asSlice(row * bytes, bytes);
  }
}
