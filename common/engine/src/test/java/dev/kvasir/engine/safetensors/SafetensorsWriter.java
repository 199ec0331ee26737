package dev.kvasir.engine.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes small safetensors files, sound or not. */
public final class SafetensorsWriter {
  private final StringBuilder header = new StringBuilder("{");
  private int bytes;

  /** A tensor behind those before it; its data are zeros. */
  public SafetensorsWriter tensor(String name, String dtype, int bytesEach, int... shape) {
    int size = bytesEach;
    StringBuilder sizes = new StringBuilder();
    for (int dimension : shape) {
      size *= dimension;
      sizes.append(sizes.isEmpty() ? "" : ",").append(dimension);
    }
    return entry(name, dtype, sizes.toString(), bytes, bytes + size).data(bytes + size);
  }

  /** An entry of the header as it is. */
  public SafetensorsWriter entry(String name, String dtype, String shape, long begin, long end) {
    header
        .append(header.length() > 1 ? "," : "")
        .append(
            "\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
                .formatted(name, dtype, shape, begin, end));
    return this;
  }

  /** How many bytes of data there are. */
  public SafetensorsWriter data(int count) {
    bytes = count;
    return this;
  }

  public byte[] toBytes() {
    return withHeader(header + "}", bytes);
  }

  /** A file with this header. */
  public static byte[] withHeader(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }
}
