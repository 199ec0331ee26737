package dev.kvasir.engine.kv;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The CPU layout of floats: K rows and V rows (layer, kvHead, capacity, headDim) in one native
 * buffer, which is the canonical order of a block, so installing is copying. Owns its buffer.
 */
public final class NativeKvSegment implements CpuSegment {
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final KvGeometry geometry;
  private final ElementType type;
  private final SegmentRows layout;
  private final NativeBuffer buffer;
  private final MemorySegment k;
  private final MemorySegment v;
  private volatile int tokens;

  /**
   * An empty segment in fresh memory.
   *
   * @param onClose called once when the memory is freed
   */
  public NativeKvSegment(KvGeometry geometry, ElementType type, int capacity, Runnable onClose) {
    this(
        geometry, type, capacity, new NativeBuffer(nativeBytes(geometry, type, capacity), onClose));
  }

  /** An empty segment in leased memory, which goes back when it is closed. */
  public NativeKvSegment(
      KvGeometry geometry, ElementType type, int capacity, SegmentMemory memory) {
    this(geometry, type, capacity, memory.lease(nativeBytes(geometry, type, capacity)));
  }

  private NativeKvSegment(
      KvGeometry geometry, ElementType type, int capacity, NativeBuffer buffer) {
    this.geometry = geometry;
    this.type = type;
    this.layout = new SegmentRows(geometry, capacity);
    this.buffer = buffer;
    long half = geometry.bytes(capacity, type) / 2;
    k = buffer.memory().asSlice(0, half);
    v = buffer.memory().asSlice(SegmentRows.aligned(half), half);
  }

  private static long nativeBytes(KvGeometry geometry, ElementType type, int capacity) {
    if (type.scaleBytes() > 0) {
      throw new IllegalArgumentException("rows of this type have scales: type=" + type);
    }
    long half = new SegmentRows(geometry, capacity).rows() * geometry.headDim() * type.bytes();
    return SegmentRows.aligned(half) + half;
  }

  @Override
  public KvGeometry geometry() {
    return geometry;
  }

  @Override
  public ElementType type() {
    return type;
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

  /** K rows (layer, kvHead, capacity, headDim); a view valid until close. */
  public MemorySegment keys() {
    return k;
  }

  /** V rows (layer, kvHead, capacity, headDim); a view valid until close. */
  public MemorySegment values() {
    return v;
  }

  private int rowBytes() {
    return geometry.headDim() * type.bytes();
  }

  /** Byte offset of a token's row in {@link #keys()} and in {@link #values()}. */
  public long offset(int layer, int kvHead, int token) {
    return row(layer, kvHead, token) * rowBytes();
  }

  /** Rounds one head of a token to the element type and stores it at {@code offset}. */
  public void write(MemorySegment rows, long offset, float[] source, int from) {
    int d = geometry.headDim();
    switch (type) {
      case FLOAT16 -> {
        for (int i = 0; i < d; i++) {
          short half = Float.floatToFloat16(source[from + i]);
          rows.set(HALF, offset + 2L * i, half);
        }
      }
      case FLOAT32 -> MemorySegment.copy(source, from, rows, SINGLE, offset, d);
      case INT8 -> throw scaled();
    }
  }

  private void read(MemorySegment rows, long offset, int count, float[] target) {
    int n = count * geometry.headDim();
    switch (type) {
      case FLOAT16 -> {
        for (int i = 0; i < n; i++) {
          target[i] = Float.float16ToFloat(rows.get(HALF, offset + 2L * i));
        }
      }
      case FLOAT32 -> MemorySegment.copy(rows, SINGLE, offset, target, 0, n);
      case INT8 -> throw scaled();
    }
  }

  private static IllegalStateException scaled() {
    return new IllegalStateException("this segment holds floats only");
  }

  @Override
  public long row(int layer, int kvHead, int token) {
    return layout.row(layer, kvHead, token);
  }

  @Override
  public void readKeys(long row, int count, float[] target) {
    read(k, row * rowBytes(), count, target);
  }

  @Override
  public void readValues(long row, int count, float[] target) {
    read(v, row * rowBytes(), count, target);
  }

  @Override
  public void install(KvChunk chunk) {
    layout.install(chunk, chunk.k(), k, rowBytes());
    layout.install(chunk, chunk.v(), v, rowBytes());
  }

  @Override
  public void installed(int count) {
    tokens = layout.grown(tokens, count);
  }

  @Override
  public void fill(KvSegment source) {
    CpuSegment from = (CpuSegment) source;
    int count = from.tokens();
    for (int layer = 0; layer < geometry.layers(); layer++) {
      for (int head = 0; head < geometry.kvHeads(); head++) {
        fill(from, from.row(layer, head, 0), offset(layer, head, 0), count);
      }
    }
    installed(count);
  }

  private void fill(CpuSegment source, long row, long to, int count) {
    if (source instanceof NativeKvSegment same && same.type == type) {
      long bytes = (long) count * rowBytes();
      MemorySegment.copy(same.k, row * rowBytes(), k, to, bytes);
      MemorySegment.copy(same.v, row * rowBytes(), v, to, bytes);
      return;
    }
    int d = geometry.headDim();
    float[] rows = new float[count * d];
    source.readKeys(row, count, rows);
    writeAll(k, to, rows, count);
    source.readValues(row, count, rows);
    writeAll(v, to, rows, count);
  }

  private void writeAll(MemorySegment target, long to, float[] rows, int count) {
    for (int i = 0; i < count; i++) {
      write(target, to + (long) i * rowBytes(), rows, i * geometry.headDim());
    }
  }

  @Override
  public KvRows rows(Arena target) {
    int count = tokens;
    return new KvRows(
        geometry,
        type,
        count,
        layout.plain(k, count, rowBytes(), target),
        layout.plain(v, count, rowBytes(), target));
  }

  @Override
  public void close() {
    buffer.close();
  }
}
