package dev.kvasir.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class NativeKvSegmentTest {
  private static final KvGeometry GEOMETRY = new KvGeometry(3, 2, 16);
  private static final int TOKENS = 11;

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"FLOAT16", "FLOAT32"})
  void install_chunksByLayerAndToken_rowsComeBack(ElementType type) {
    try (Arena arena = Arena.ofConfined();
        NativeKvSegment segment = new NativeKvSegment(GEOMETRY, type, TOKENS + 5, () -> {})) {
      byte[] k = random(type, 1);
      byte[] v = random(type, 2);
      segment.install(chunk(k, v, type, 0, 2, 0, TOKENS));
      segment.install(chunk(k, v, type, 2, 1, 0, 4));
      segment.install(chunk(k, v, type, 2, 1, 4, TOKENS - 4));
      segment.installed(TOKENS);
      KvRows rows = segment.rows(arena);
      assertThat(rows.k().mismatch(MemorySegment.ofArray(k))).isEqualTo(-1);
      assertThat(rows.v().mismatch(MemorySegment.ofArray(v))).isEqualTo(-1);
      assertThat(rows.tokens()).isEqualTo(TOKENS);
    }
  }

  @Test
  void write_float16_roundsToNearestHalf() {
    try (NativeKvSegment segment =
        new NativeKvSegment(GEOMETRY, ElementType.FLOAT16, 1, () -> {})) {
      float[] row = new float[16];
      row[5] = 1.0004f;
      segment.write(segment.keys(), segment.offset(2, 1, 0), row, 0);
      float[] back = new float[16];
      segment.readKeys(segment.row(2, 1, 0), 1, back);
      assertThat(back[5]).isEqualTo(Float.float16ToFloat(Float.floatToFloat16(1.0004f)));
    }
  }

  @Test
  void close_twice_freesOnce() {
    AtomicInteger freed = new AtomicInteger();
    NativeKvSegment segment =
        new NativeKvSegment(GEOMETRY, ElementType.FLOAT16, 4, freed::incrementAndGet);
    segment.close();
    segment.close();
    assertThat(freed).hasValue(1);
  }

  @Test
  void installed_pastCapacity_isRefused() {
    try (NativeKvSegment segment =
        new NativeKvSegment(GEOMETRY, ElementType.FLOAT16, 4, () -> {})) {
      assertThatThrownBy(() -> segment.installed(5)).hasMessageContaining("capacity=4");
    }
  }

  @Test
  void create_typeWithScales_isRefused() {
    assertThatThrownBy(() -> new NativeKvSegment(GEOMETRY, ElementType.INT8, 4, () -> {}))
        .hasMessageContaining("have scales");
  }

  private static byte[] random(ElementType type, int seed) {
    byte[] rows = new byte[(int) (GEOMETRY.bytes(TOKENS, type) / 2)];
    new Random(seed).nextBytes(rows);
    return rows;
  }

  /** Cuts layers by tokens out of whole rows. */
  private static KvChunk chunk(
      byte[] k, byte[] v, ElementType type, int layer, int layers, int token, int tokens) {
    int row = GEOMETRY.headDim() * type.bytes();
    byte[] partK = new byte[layers * GEOMETRY.kvHeads() * tokens * row];
    byte[] partV = new byte[partK.length];
    int to = 0;
    for (int head = layer * GEOMETRY.kvHeads();
        head < (layer + layers) * GEOMETRY.kvHeads();
        head++) {
      int from = (head * TOKENS + token) * row;
      System.arraycopy(k, from, partK, to, tokens * row);
      System.arraycopy(v, from, partV, to, tokens * row);
      to += tokens * row;
    }
    return new KvChunk(
        layer, layers, token, tokens, MemorySegment.ofArray(partK), MemorySegment.ofArray(partV));
  }
}
