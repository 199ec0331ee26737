package dev.kvasir.engine.gguf;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the tensor directory of a GGUF header and cuts the data into views. */
final class TensorReader {
  /** Fewest bytes of a directory entry: empty name, one dimension. */
  static final int MIN_ENTRY_BYTES = 32;

  private static final int MAX_NAME_BYTES = 256;
  private static final int MAX_DIMENSIONS = 4;

  /** A directory entry; {@code at} is where it stands, {@code start} is relative to the data. */
  private record Entry(
      long at, String name, TensorType type, List<Long> shape, long start, long bytes) {}

  private final HeaderCursor cursor;
  private final int alignment;

  TensorReader(HeaderCursor cursor, int alignment) {
    this.cursor = cursor;
    this.alignment = alignment;
  }

  /** The tensors by name, in the file's order. */
  Map<String, StoredTensor> read(int count, MemorySegment file) {
    List<Entry> entries = entries(count);
    long base = aligned(cursor.offset());
    long room = Math.max(0, file.byteSize() - base);
    for (Entry entry : entries) {
      if (entry.start > room || entry.bytes > room - entry.start) {
        throw cursor.fault(
            entry.at, "tensor \"%s\" ends past the end of the file".formatted(entry.name));
      }
    }
    refuseOverlap(entries);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      long offset = base + entry.start;
      tensors.put(entry.name, tensor(entry, offset, file.asSlice(offset, entry.bytes)));
    }
    return tensors;
  }

  private static StoredTensor tensor(Entry entry, long offset, MemorySegment data) {
    return new StoredTensor(entry.name, entry.type, entry.shape, offset, data);
  }

  private List<Entry> entries(int count) {
    List<Entry> entries = new ArrayList<>(count);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      Entry entry = entry();
      if (!names.add(entry.name)) {
        throw cursor.fault(entry.at, "tensor \"%s\" occurs twice".formatted(entry.name));
      }
      entries.add(entry);
    }
    return entries;
  }

  private Entry entry() {
    long at = cursor.offset();
    String name = cursor.string("tensor name", MAX_NAME_BYTES);
    List<Long> shape = shape(name);
    TensorType type = type(name);
    long start = start(name);
    return new Entry(at, name, type, shape, start, bytes(at, name, type, shape));
  }

  private List<Long> shape(String name) {
    long at = cursor.offset();
    long dimensions = cursor.u32();
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw cursor.fault(
          at, "tensor \"%s\" must have 1 to 4 dimensions: %d".formatted(name, dimensions));
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      long offset = cursor.offset();
      long size = cursor.u64();
      if (size == 0) {
        throw cursor.fault(offset, "tensor \"%s\" has a dimension of zero".formatted(name));
      }
      shape.add(size);
    }
    return shape;
  }

  private TensorType type(String name) {
    long at = cursor.offset();
    long id = cursor.u32();
    return TensorType.of(id)
        .orElseThrow(() ->
            cursor.fault(at, "tensor \"%s\" has the unsupported type %d".formatted(name, id)));
  }

  private long start(String name) {
    long at = cursor.offset();
    long start = cursor.u64();
    if (start % alignment != 0) {
      throw cursor.fault(
          at, "tensor \"%s\" is not aligned to %d bytes: %d".formatted(name, alignment, start));
    }
    return start;
  }

  private long bytes(long at, String name, TensorType type, List<Long> shape) {
    if (shape.getFirst() % type.blockElements() != 0) {
      throw cursor.fault(
          at,
          "rows of tensor \"%s\" must be a multiple of %d for %s: %d"
              .formatted(name, type.blockElements(), type, shape.getFirst()));
    }
    try {
      long elements = shape.stream().reduce(1L, Math::multiplyExact);
      return Math.multiplyExact(elements / type.blockElements(), (long) type.blockBytes());
    } catch (ArithmeticException e) {
      throw cursor.fault(at, "tensor \"%s\" is too large: %s".formatted(name, shape));
    }
  }

  private void refuseOverlap(List<Entry> entries) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::start));
    for (int i = 1; i < sorted.size(); i++) {
      Entry before = sorted.get(i - 1);
      Entry entry = sorted.get(i);
      if (entry.start < before.start + before.bytes) {
        throw cursor.fault(
            entry.at, "tensor \"%s\" overlaps tensor \"%s\"".formatted(entry.name, before.name));
      }
    }
  }

  private long aligned(long offset) {
    return (offset + alignment - 1) / alignment * alignment;
  }
}
