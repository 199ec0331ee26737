package dev.kvasir.engine.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Writes small GGUF files for tests, sound ones and, by hand, unsound ones. */
public final class GgufWriter {
  private static final int ALIGNMENT = 32;

  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private int entries;
  private int tensors;

  public GgufWriter string(String key, String value) {
    return entry(key, 8, out -> text(out, value));
  }

  public GgufWriter u32(String key, long value) {
    return entry(key, 4, out -> u32(out, value));
  }

  public GgufWriter f32(String key, float value) {
    return entry(key, 6, out -> u32(out, Float.floatToRawIntBits(value)));
  }

  public GgufWriter flag(String key, boolean value) {
    return entry(key, 7, out -> out.write(value ? 1 : 0));
  }

  public GgufWriter strings(String key, List<String> values) {
    return entry(
        key,
        9,
        out -> {
          u32(out, 8);
          u64(out, values.size());
          values.forEach(value -> text(out, value));
        });
  }

  public GgufWriter ints(String key, List<Integer> values) {
    return entry(
        key,
        9,
        out -> {
          u32(out, 5);
          u64(out, values.size());
          values.forEach(value -> u32(out, value));
        });
  }

  /** An entry of any type, its value written by hand. */
  public GgufWriter entry(String key, int type, Consumer<ByteArrayOutputStream> value) {
    text(metadata, key);
    u32(metadata, type);
    value.accept(metadata);
    entries++;
    return this;
  }

  /** A tensor behind the ones before it. */
  public GgufWriter tensor(String name, TensorType type, byte[] bytes, long... shape) {
    while (data.size() % ALIGNMENT != 0) {
      data.write(0);
    }
    directoryEntry(name, type.id(), data.size(), shape);
    data.writeBytes(bytes);
    return this;
  }

  /** A directory entry alone, with any numbers. */
  public GgufWriter directoryEntry(String name, int type, long offset, long... shape) {
    text(directory, name);
    u32(directory, shape.length);
    for (long size : shape) {
      u64(directory, size);
    }
    u32(directory, type);
    u64(directory, offset);
    tensors++;
    return this;
  }

  public byte[] toBytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    u32(file, 3);
    u64(file, tensors);
    u64(file, entries);
    file.writeBytes(metadata.toByteArray());
    file.writeBytes(directory.toByteArray());
    while (file.size() % ALIGNMENT != 0) {
      file.write(0);
    }
    file.writeBytes(data.toByteArray());
    return file.toByteArray();
  }

  static void text(ByteArrayOutputStream out, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    u64(out, bytes.length);
    out.writeBytes(bytes);
  }

  static void u32(ByteArrayOutputStream out, long value) {
    out.writeBytes(little(Integer.BYTES).putInt((int) value).array());
  }

  static void u64(ByteArrayOutputStream out, long value) {
    out.writeBytes(little(Long.BYTES).putLong(value).array());
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
