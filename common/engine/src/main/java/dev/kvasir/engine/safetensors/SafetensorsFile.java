package dev.kvasir.engine.safetensors;

import dev.kvasir.engine.gguf.Mapping;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.gguf.StoredTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file in the safetensors format over a memory mapping: the header's length in 8 bytes,
 * little-endian, the header in JSON, then the tensors without a gap. Thread-safe. Owns the mapping:
 * tensors are views that end with {@link #close()}.
 *
 * <p>The file may come from anywhere, so all of its header is checked when it is opened. It must
 * not be shortened while it is open.
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Headers have about 100 bytes a tensor. */
  private static final int MAX_HEADER_BYTES = 16 << 20;

  private final Path path;
  private final Arena arena;
  private final Map<String, StoredTensor> tensors;

  private SafetensorsFile(Path path, MemorySegment bytes, Arena arena) {
    this.path = path;
    this.arena = arena;
    byte[] header = header(path, bytes);
    JsonFields fields = JsonFields.parse(path, header, Long.BYTES);
    tensors = new TensorDirectory(fields).read(bytes, Long.BYTES + header.length);
  }

  /**
   * Maps the file and checks its header.
   *
   * @throws ModelFileException where the file cannot be read or is no sound safetensors file
   */
  public static SafetensorsFile open(Path path) {
    return Mapping.open(path, (bytes, arena) -> new SafetensorsFile(path, bytes, arena));
  }

  public Path path() {
    return path;
  }

  /** The tensors by name, in the order of their data. */
  public Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /** Ends the mapping; idempotent. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private static byte[] header(Path path, MemorySegment bytes) {
    if (bytes.byteSize() < Long.BYTES) {
      throw new ModelFileException(path, 0, "this is not a safetensors file: it is too short");
    }
    long length = bytes.get(LENGTH, 0);
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw new ModelFileException(
          path,
          0,
          "this is not a safetensors file: a header of %s bytes is over the limit of %d"
              .formatted(Long.toUnsignedString(length), MAX_HEADER_BYTES));
    }
    if (length > bytes.byteSize() - Long.BYTES) {
      throw new ModelFileException(
          path,
          0,
          "file ends too early: a header of %d bytes, %d left"
              .formatted(length, bytes.byteSize() - Long.BYTES));
    }
    return bytes.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
  }
}
