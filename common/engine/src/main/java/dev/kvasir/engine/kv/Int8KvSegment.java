package dev.kvasir.engine.kv;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.KvScales;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * An installed block that stays in bytes: rows (layer, kvHead, capacity, headDim) and a scale for
 * each, as in the block's canonical form; the kernels multiply as they read. It is installed, never
 * appended to. Owns its buffer.
 */
public final class Int8KvSegment implements CpuSegment {
  private static final long ALIGNMENT = 64;
  private static final ValueLayout.OfFloat SCALE =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final KvGeometry geometry;
  private final int capacity;
  private final NativeBuffer buffer;
  private final Rows keys;
  private final Rows values;
  private volatile int tokens;

  /**
   * Rows of K or of V; views valid until the segment is closed.
   *
   * @param elements (layer, kvHead, capacity, headDim), signed bytes
   * @param scales (layer, kvHead, capacity), float32, little-endian
   */
  public record Rows(MemorySegment elements, MemorySegment scales) {
    /** Scale of a row. */
    public float scale(long row) {
      return scales.get(SCALE, row * Float.BYTES);
    }
  }

  /**
   * An empty segment in fresh memory.
   *
   * @param onClose called once when the memory is freed
   */
  public Int8KvSegment(KvGeometry geometry, int capacity, Runnable onClose) {
    this(geometry, capacity, new NativeBuffer(nativeBytes(geometry, capacity), onClose));
  }

  /** An empty segment in leased memory, which goes back when it is closed. */
  public Int8KvSegment(KvGeometry geometry, int capacity, SegmentMemory memory) {
    this(geometry, capacity, memory.lease(nativeBytes(geometry, capacity)));
  }

  private Int8KvSegment(KvGeometry geometry, int capacity, NativeBuffer buffer) {
    this.geometry = geometry;
    this.capacity = capacity;
    this.buffer = buffer;
    keys = view(0);
    values = view(nativeBytes(geometry, capacity) / 2);
  }

  private static long nativeBytes(KvGeometry geometry, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be positive: capacity=" + capacity);
    }
    long rows = geometry.rows(capacity);
    return 2 * (aligned(rows * geometry.headDim()) + aligned(rows * Float.BYTES));
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private Rows view(long at) {
    long rows = geometry.rows(capacity);
    long elementBytes = rows * geometry.headDim();
    return new Rows(
        buffer.memory().asSlice(at, elementBytes),
        buffer.memory().asSlice(at + aligned(elementBytes), rows * Float.BYTES));
  }

  @Override
  public KvGeometry geometry() {
    return geometry;
  }

  @Override
  public ElementType type() {
    return ElementType.INT8;
  }

  @Override
  public int tokens() {
    return tokens;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public long bytes() {
    return buffer.heldBytes();
  }

  public Rows keys() {
    return keys;
  }

  public Rows values() {
    return values;
  }

  @Override
  public void readKeys(long row, int count, float[] target) {
    read(keys, row, count, target);
  }

  @Override
  public void readValues(long row, int count, float[] target) {
    read(values, row, count, target);
  }

  private void read(Rows rows, long first, int count, float[] target) {
    int d = geometry.headDim();
    for (int row = 0; row < count; row++) {
      float scale = rows.scale(first + row);
      long at = (first + row) * d;
      for (int i = 0; i < d; i++) {
        target[row * d + i] = rows.elements().get(ValueLayout.JAVA_BYTE, at + i) * scale;
      }
    }
  }

  @Override
  public void install(KvChunk chunk) {
    int d = geometry.headDim();
    install(chunk, chunk.k(), keys.elements(), d);
    install(chunk, chunk.v(), values.elements(), d);
    install(chunk, chunk.scales().k(), keys.scales(), Float.BYTES);
    install(chunk, chunk.scales().v(), values.scales(), Float.BYTES);
  }

  private void install(KvChunk chunk, MemorySegment from, MemorySegment to, int rowBytes) {
    if (chunk.tokens() == capacity) {
      long first = row(chunk.firstLayer(), 0, 0) * rowBytes;
      MemorySegment.copy(from, 0, to, first, from.byteSize());
      return;
    }
    long bytes = (long) chunk.tokens() * rowBytes;
    long at = 0;
    for (int layer = 0; layer < chunk.layers(); layer++) {
      for (int head = 0; head < geometry.kvHeads(); head++) {
        long row = row(chunk.firstLayer() + layer, head, chunk.firstToken());
        MemorySegment.copy(from, at, to, row * rowBytes, bytes);
        at += bytes;
      }
    }
  }

  @Override
  public void installed(int count) {
    if (count < tokens || count > capacity) {
      throw new IllegalArgumentException(
          "tokens must grow within the capacity: tokens=%d count=%d capacity=%d"
              .formatted(tokens, count, capacity));
    }
    tokens = count;
  }

  @Override
  public KvRows rows(Arena target) {
    int d = geometry.headDim();
    KvScales scales =
        new KvScales(
            plain(keys.scales(), Float.BYTES, target), plain(values.scales(), Float.BYTES, target));
    return new KvRows(
        geometry,
        ElementType.INT8,
        tokens,
        plain(keys.elements(), d, target),
        plain(values.elements(), d, target),
        scales);
  }

  private MemorySegment plain(MemorySegment from, int rowBytes, Arena target) {
    long bytes = (long) tokens * rowBytes;
    MemorySegment rows = target.allocate(geometry.rows(tokens) * rowBytes, ALIGNMENT);
    long to = 0;
    for (int layer = 0; layer < geometry.layers(); layer++) {
      for (int head = 0; head < geometry.kvHeads(); head++) {
        MemorySegment.copy(from, row(layer, head, 0) * rowBytes, rows, to, bytes);
        to += bytes;
      }
    }
    return rows;
  }

  @Override
  public void close() {
    buffer.close();
  }
}
