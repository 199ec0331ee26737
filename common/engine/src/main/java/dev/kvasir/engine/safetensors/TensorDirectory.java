package dev.kvasir.engine.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.engine.gguf.ModelFileException;
import dev.kvasir.engine.gguf.StoredTensor;
import dev.kvasir.engine.gguf.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and checks the tensors that a safetensors header lists. */
final class TensorDirectory {
  private static final String METADATA = "__metadata__";
  private static final int MAX_DIMENSIONS = 8;

  /** {@code begin} and {@code end} are relative to the data. */
  private record Entry(String name, TensorType type, List<Long> shape, long begin, long end) {}

  private final JsonFields header;

  TensorDirectory(JsonFields header) {
    this.header = header;
  }

  /** The tensors by name, in the order of their data, which must fill the file. */
  Map<String, StoredTensor> read(MemorySegment file, long base) {
    List<Entry> entries = new ArrayList<>();
    for (String name : header.names()) {
      if (!name.equals(METADATA)) {
        entries.add(entry(name));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    long at = 0;
    for (Entry entry : entries) {
      checkPlace(entry, at, file.byteSize() - base);
      at = entry.end;
      long offset = base + entry.begin;
      MemorySegment data = file.asSlice(offset, entry.end - entry.begin);
      tensors.put(entry.name, new StoredTensor(entry.name, entry.type, entry.shape, offset, data));
    }
    if (base + at != file.byteSize()) {
      throw new ModelFileException(
          header.file(),
          base + at,
          "%d bytes belong to no tensor".formatted(file.byteSize() - base - at));
    }
    return Collections.unmodifiableMap(tensors);
  }

  private void checkPlace(Entry entry, long expected, long room) {
    if (entry.end > room) {
      throw fault(entry.name, "ends past the end of the file: %d of %d".formatted(entry.end, room));
    }
    if (entry.begin < expected) {
      throw fault(
          entry.name, "overlaps the one before it: %d, %d".formatted(entry.begin, expected));
    }
    if (entry.begin > expected) {
      throw fault(entry.name, "leaves a gap before it: %d, %d".formatted(entry.begin, expected));
    }
  }

  private Entry entry(String name) {
    JsonFields fields = header.requireObject(name);
    TensorType type = type(name, fields);
    List<Long> shape = new ArrayList<>(numbers(name, fields, "shape"));
    if (shape.size() > MAX_DIMENSIONS) {
      throw fault(name, "has too many dimensions: %d".formatted(shape.size()));
    }
    List<Long> offsets = numbers(name, fields, "data_offsets");
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw fault(name, "must have two rising data_offsets: %s".formatted(offsets));
    }
    long bytes = bytes(name, type, shape);
    if (offsets.get(1) - offsets.get(0) != bytes) {
      throw fault(name, "must take %d bytes: %d".formatted(bytes, offsets.get(1) - offsets.get(0)));
    }
    Collections.reverse(shape);
    return new Entry(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private TensorType type(String name, JsonFields fields) {
    String type = fields.string("dtype").orElse("");
    return switch (type) {
      case "F32" -> TensorType.F32;
      case "F16" -> TensorType.F16;
      case "BF16" -> TensorType.BF16;
      default ->
          throw fault(
              name, "has the unsupported dtype \"%s\", only F32, F16 and BF16 are".formatted(type));
    };
  }

  private List<Long> numbers(String name, JsonFields fields, String field) {
    Optional<JsonNode> value = fields.value(field);
    if (value.isEmpty() || !value.get().isArray()) {
      throw fault(name, "must have an array \"%s\"".formatted(field));
    }
    List<Long> numbers = new ArrayList<>();
    for (JsonNode number : value.get()) {
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
        throw fault(name, "has a bad number in \"%s\": %s".formatted(field, number));
      }
      numbers.add(number.longValue());
    }
    return numbers;
  }

  private long bytes(String name, TensorType type, List<Long> shape) {
    try {
      return shape.stream().reduce((long) type.blockBytes(), Math::multiplyExact);
    } catch (ArithmeticException e) {
      throw fault(name, "is too large: %s".formatted(shape));
    }
  }

  private ModelFileException fault(String tensor, String reason) {
    return header.fault(tensor, "tensor \"%s\" %s".formatted(tensor, reason));
  }
}
