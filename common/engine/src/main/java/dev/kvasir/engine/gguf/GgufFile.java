package dev.kvasir.engine.gguf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model file in the GGUF format, version 3, little-endian, over a memory mapping. Thread-safe.
 * Owns the mapping: tensors are views that end with {@link #close()}.
 *
 * <p>The file may come from anywhere, so all of its header is checked when it is opened. It must
 * not be shortened while it is open.
 */
public final class GgufFile implements AutoCloseable {
  /** "GGUF" as a little-endian number. */
  private static final long MAGIC = 0x46554747;

  private static final long VERSION = 3;
  private static final int MAX_TENSORS = 65_536;
  private static final int MAX_ENTRIES = 65_536;

  /** Fewest bytes of a metadata entry: empty key, type, one byte. */
  private static final int MIN_ENTRY_BYTES = 13;

  private static final String ALIGNMENT_KEY = "general.alignment";
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAX_ALIGNMENT = 65_536;

  private final Path path;
  private final Arena arena;
  private final Metadata metadata;
  private final Map<String, StoredTensor> tensors;

  private GgufFile(Path path, MemorySegment bytes, Arena arena) {
    this.path = path;
    this.arena = arena;
    HeaderCursor cursor = new HeaderCursor(path, bytes);
    checkKind(cursor);
    int tensorCount = cursor.count("tensor count", MAX_TENSORS, TensorReader.MIN_ENTRY_BYTES);
    int entryCount = cursor.count("metadata count", MAX_ENTRIES, MIN_ENTRY_BYTES);
    metadata = new MetadataReader(cursor).read(path, entryCount);
    tensors = new TensorReader(cursor, alignment(metadata)).read(tensorCount, bytes);
  }

  /**
   * Maps the file and checks its header.
   *
   * @throws ModelFileException where the file cannot be read or is no sound GGUF file
   */
  public static GgufFile open(Path path) {
    return Mapping.open(path, (bytes, arena) -> new GgufFile(path, bytes, arena));
  }

  public Path path() {
    return path;
  }

  public Metadata metadata() {
    return metadata;
  }

  /** All tensors, in the file's order. */
  public Collection<StoredTensor> tensors() {
    return tensors.values();
  }

  public Optional<StoredTensor> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** A tensor that must exist and have this shape, columns first. */
  public StoredTensor requireTensor(String name, long... shape) {
    StoredTensor tensor =
        tensor(name)
            .orElseThrow(
                () -> new ModelFileException(path, 0, "tensor \"" + name + "\" is missing"));
    List<Long> wanted = Arrays.stream(shape).boxed().toList();
    if (!tensor.shape().equals(wanted)) {
      throw new ModelFileException(
          path,
          tensor.offset(),
          "tensor \"%s\" must have shape %s: %s".formatted(name, wanted, tensor.shape()));
    }
    return tensor;
  }

  /** Ends the mapping; idempotent. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private static void checkKind(HeaderCursor cursor) {
    if (cursor.u32() != MAGIC) {
      throw cursor.fault(0, "this is not a GGUF file");
    }
    long version = cursor.u32();
    if (version != VERSION) {
      throw cursor.fault(
          4, "GGUF version %d is not supported, only %d".formatted(version, VERSION));
    }
  }

  private static int alignment(Metadata metadata) {
    int alignment = metadata.integer(ALIGNMENT_KEY, 1, MAX_ALIGNMENT).orElse(DEFAULT_ALIGNMENT);
    if (Integer.bitCount(alignment) != 1) {
      throw metadata.fault(ALIGNMENT_KEY, "alignment must be a power of two: " + alignment);
    }
    return alignment;
  }
}
