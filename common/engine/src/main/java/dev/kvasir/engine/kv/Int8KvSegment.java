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
  private static final ValueLayout.OfFloat SCALE =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final KvGeometry geometry;
  private final SegmentRows layout;
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
    this.layout = new SegmentRows(geometry, capacity);
    this.buffer = buffer;
    keys = view(0);
    values = view(nativeBytes(geometry, capacity) / 2);
  }

  private static long nativeBytes(KvGeometry geometry, int capacity) {
    long rows = new SegmentRows(geometry, capacity).rows();
    return 2
        * (SegmentRows.aligned(rows * geometry.headDim())
            + SegmentRows.aligned(rows * Float.BYTES));
  }

  private Rows view(long at) {
    long rows = layout.rows();
    long elementBytes = rows * geometry.headDim();
    return new Rows(
        buffer.memory().asSlice(at, elementBytes),
        buffer.memory().asSlice(at + SegmentRows.aligned(elementBytes), rows * Float.BYTES));
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
    return layout.capacity();
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
  public long row(int layer, int kvHead, int token) {
    return layout.row(layer, kvHead, token);
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
    layout.install(chunk, chunk.k(), keys.elements(), d);
    layout.install(chunk, chunk.v(), values.elements(), d);
    layout.install(chunk, chunk.scales().k(), keys.scales(), Float.BYTES);
    layout.install(chunk, chunk.scales().v(), values.scales(), Float.BYTES);
  }

  @Override
  public void installed(int count) {
    tokens = layout.grown(tokens, count);
  }

  @Override
  public void fill(KvSegment source) {
    throw new IllegalStateException("rows in bytes are installed, never changed");
  }

  @Override
  public KvRows rows(Arena target) {
    int count = tokens;
    int d = geometry.headDim();
    KvScales scales =
        new KvScales(
            layout.plain(keys.scales(), count, Float.BYTES, target),
            layout.plain(values.scales(), count, Float.BYTES, target));
    return new KvRows(
        geometry,
        ElementType.INT8,
        count,
        layout.plain(keys.elements(), count, d, target),
        layout.plain(values.elements(), count, d, target),
        scales);
  }

  @Override
  public void close() {
    buffer.close();
  }
}
