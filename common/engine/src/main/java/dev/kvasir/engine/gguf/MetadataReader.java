package dev.kvasir.engine.gguf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the key-value part of a GGUF header. */
final class MetadataReader {
  private static final int MAX_KEY_BYTES = 65_535;
  private static final int MAX_STRING_BYTES = 4 << 20;

  /** Array elements of the whole file; a vocabulary of 256K tokens takes about 1.3 million. */
  private static final int MAX_ELEMENTS = 1 << 22;

  /** The number that stands for each type of value, in the file's order. */
  private enum Kind {
    U8(1),
    I8(1),
    U16(2),
    I16(2),
    U32(4),
    I32(4),
    F32(4),
    BOOL(1),
    STRING(8),
    ARRAY(12),
    U64(8),
    I64(8),
    F64(8);

    /** Fewest bytes that a value takes. */
    private final int minBytes;

    Kind(int minBytes) {
      this.minBytes = minBytes;
    }
  }

  private final HeaderCursor cursor;
  private int elementsLeft = MAX_ELEMENTS;

  MetadataReader(HeaderCursor cursor) {
    this.cursor = cursor;
  }

  Metadata read(Path file, int entries) {
    Map<String, Metadata.Entry> values = new HashMap<>();
    for (int i = 0; i < entries; i++) {
      long start = cursor.offset();
      String key = cursor.string("metadata key", MAX_KEY_BYTES);
      long offset = cursor.offset();
      if (values.put(key, new Metadata.Entry(offset, value(kind()))) != null) {
        throw cursor.fault(start, "metadata key \"%s\" occurs twice".formatted(key));
      }
    }
    return new Metadata(file, cursor.offset(), values);
  }

  private Kind kind() {
    long start = cursor.offset();
    long id = cursor.u32();
    if (id >= Kind.values().length) {
      throw cursor.fault(start, "unknown metadata type %d".formatted(id));
    }
    return Kind.values()[(int) id];
  }

  private MetadataValue value(Kind kind) {
    return switch (kind) {
      case U8, I8, U16, I16, U32, I32, U64, I64 -> new MetadataValue.Whole(whole(kind));
      case F32, F64 -> new MetadataValue.Real(real(kind));
      case BOOL -> new MetadataValue.Flag(flag());
      case STRING -> new MetadataValue.Text(string());
      case ARRAY -> array();
    };
  }

  private MetadataValue array() {
    long start = cursor.offset();
    Kind kind = kind();
    int count = cursor.count("array length", elementsLeft, kind.minBytes);
    elementsLeft -= count;
    return switch (kind) {
      case U8, I8, U16, I16, U32, I32, U64, I64, BOOL ->
          new MetadataValue.Wholes(wholes(kind, count));
      case F32, F64 -> new MetadataValue.Reals(reals(kind, count));
      case STRING -> new MetadataValue.Texts(strings(count));
      case ARRAY -> throw cursor.fault(start, "an array inside an array is not supported");
    };
  }

  private long[] wholes(Kind kind, int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = whole(kind);
    }
    return values;
  }

  private double[] reals(Kind kind, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = real(kind);
    }
    return values;
  }

  private List<String> strings(int count) {
    List<String> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(string());
    }
    return List.copyOf(values);
  }

  private String string() {
    return cursor.string("metadata string", MAX_STRING_BYTES);
  }

  private long whole(Kind kind) {
    return switch (kind) {
      case U8 -> cursor.u8();
      case I8 -> cursor.i8();
      case U16 -> Short.toUnsignedLong(cursor.i16());
      case I16 -> cursor.i16();
      case U32 -> cursor.u32();
      case I32 -> cursor.i32();
      case U64 -> cursor.u64();
      case I64 -> cursor.i64();
      case BOOL -> flag() ? 1 : 0;
      case F32, F64, STRING, ARRAY -> throw new IllegalArgumentException("not whole: " + kind);
    };
  }

  private double real(Kind kind) {
    return kind == Kind.F32
        ? Float.intBitsToFloat(cursor.i32())
        : Double.longBitsToDouble(cursor.i64());
  }

  private boolean flag() {
    long start = cursor.offset();
    int value = cursor.u8();
    if (value > 1) {
      throw cursor.fault(start, "boolean must be 0 or 1: %d".formatted(value));
    }
    return value == 1;
  }
}
