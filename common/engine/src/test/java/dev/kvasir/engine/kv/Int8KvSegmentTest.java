package dev.kvasir.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.KvScales;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class Int8KvSegmentTest {
  private static final KvGeometry GEOMETRY = new KvGeometry(3, 2, 16);
  private static final int TOKENS = 11;
  private static final int ROWS = (int) GEOMETRY.rows(TOKENS);

  private final byte[] k = random(ROWS * 16, 1);
  private final byte[] v = random(ROWS * 16, 2);
  private final byte[] kScales = random(ROWS * Float.BYTES, 3);
  private final byte[] vScales = random(ROWS * Float.BYTES, 4);

  @Test
  void install_chunksByLayerAndToken_rowsComeBack() {
    try (Arena arena = Arena.ofConfined();
        Int8KvSegment segment = filled(TOKENS + 5)) {
      KvRows rows = segment.rows(arena);
      assertThat(rows.type()).isEqualTo(ElementType.INT8);
      assertThat(rows.tokens()).isEqualTo(TOKENS);
      assertThat(rows.k().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(k);
      assertThat(rows.v().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(v);
      assertThat(rows.scales().k().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(kScales);
      assertThat(rows.scales().v().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(vScales);
    }
  }

  @Test
  void read_someTokens_areElementsTimesScale() {
    MemorySegment scale = MemorySegment.ofArray(vScales);
    try (Int8KvSegment segment = filled(TOKENS)) {
      float[] rows = new float[3 * 16];
      segment.readValues(segment.row(2, 1, 7), 3, rows);
      int first = (2 * 2 + 1) * TOKENS + 7;
      for (int i = 0; i < rows.length; i++) {
        float factor = scale.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * (first + i / 16));
        assertThat(rows[i]).isEqualTo(v[first * 16 + i] * factor);
      }
    }
  }

  @Test
  void bytes_ofSmolLm2_areLittleMoreThanHalfOfFloat16() {
    KvGeometry smol = new KvGeometry(30, 3, 64);
    try (Int8KvSegment bytes = new Int8KvSegment(smol, 128, () -> {});
        NativeKvSegment halves = new NativeKvSegment(smol, ElementType.FLOAT16, 128, () -> {})) {
      assertThat(bytes.bytes()).isEqualTo(halves.bytes() * 17 / 32);
      assertThat(bytes.keys().elements().byteSize() + bytes.keys().scales().byteSize())
          .isEqualTo(bytes.bytes() / 2);
    }
  }

  @Test
  void close_twice_freesOnce() {
    AtomicInteger freed = new AtomicInteger();
    Int8KvSegment segment = new Int8KvSegment(GEOMETRY, 4, freed::incrementAndGet);
    segment.close();
    segment.close();
    assertThat(freed).hasValue(1);
  }

  @Test
  void installed_pastCapacity_isRefused() {
    try (Int8KvSegment segment = new Int8KvSegment(GEOMETRY, 4, () -> {})) {
      assertThatThrownBy(() -> segment.installed(5)).hasMessageContaining("capacity=4");
    }
    assertThatThrownBy(() -> new Int8KvSegment(GEOMETRY, 0, () -> {}))
        .hasMessageContaining("capacity=0");
  }

  /** Of all layers but the last one in one chunk, of the last one in two. */
  private Int8KvSegment filled(int capacity) {
    Int8KvSegment segment = new Int8KvSegment(GEOMETRY, capacity, () -> {});
    segment.install(chunk(0, 2, 0, TOKENS));
    segment.install(chunk(2, 1, 0, 4));
    segment.install(chunk(2, 1, 4, TOKENS - 4));
    segment.installed(TOKENS);
    return segment;
  }

  private KvChunk chunk(int layer, int layers, int token, int tokens) {
    KvChunk span =
        new KvChunk(layer, layers, token, tokens, MemorySegment.NULL, MemorySegment.NULL);
    return new KvChunk(
        layer,
        layers,
        token,
        tokens,
        cut(span, k, 16),
        cut(span, v, 16),
        new KvScales(cut(span, kScales, Float.BYTES), cut(span, vScales, Float.BYTES)));
  }

  /** Cuts the span's layers by tokens out of whole rows. */
  private static MemorySegment cut(KvChunk span, byte[] rows, int rowBytes) {
    int heads = span.layers() * GEOMETRY.kvHeads();
    byte[] part = new byte[heads * span.tokens() * rowBytes];
    for (int i = 0; i < heads; i++) {
      int head = span.firstLayer() * GEOMETRY.kvHeads() + i;
      int from = (head * TOKENS + span.firstToken()) * rowBytes;
      int bytes = span.tokens() * rowBytes;
      System.arraycopy(rows, from, part, i * bytes, bytes);
    }
    return MemorySegment.ofArray(part);
  }

  /** Scales, too, may be any bits here: they are copied. */
  private static byte[] random(int count, int seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
