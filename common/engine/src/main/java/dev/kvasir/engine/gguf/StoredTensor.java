package dev.kvasir.engine.gguf;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor of a model file.
 *
 * @param shape columns (the contiguous dimension) first, as GGUF writes it
 * @param offset of the data in the file, in bytes
 * @param data read-only view, valid until the file is closed
 */
public record StoredTensor(
    String name, TensorType type, List<Long> shape, long offset, MemorySegment data) {
  public StoredTensor {
    shape = List.copyOf(shape);
  }

  public long elements() {
    return data.byteSize() / type.blockBytes() * type.blockElements();
  }
}
