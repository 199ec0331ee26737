package dev.kvasir.engine.kernel;

import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvScales;
import dev.kvasir.engine.kv.Int8KvSegment;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;

/** Blocks of random bytes, all 256 of them, with random scales; every ninth scale is 0. */
final class RandomInt8 {
  private static final ValueLayout.OfFloat SCALE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int ZERO_EVERY = 9;

  private RandomInt8() {}

  /** A filled segment; the caller closes it. */
  static Int8KvSegment segment(KvGeometry geometry, int tokens, Random random) {
    Int8KvSegment segment = new Int8KvSegment(geometry, tokens, () -> {});
    int rows = (int) geometry.rows(tokens);
    KvScales scales = new KvScales(scales(rows, random), scales(rows, random));
    MemorySegment k = elements(rows * geometry.headDim(), random);
    MemorySegment v = elements(rows * geometry.headDim(), random);
    segment.install(new KvChunk(0, geometry.layers(), 0, tokens, k, v, scales));
    segment.installed(tokens);
    return segment;
  }

  private static MemorySegment elements(int count, Random random) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return MemorySegment.ofArray(bytes);
  }

  private static MemorySegment scales(int rows, Random random) {
    MemorySegment scales = MemorySegment.ofArray(new byte[rows * Float.BYTES]);
    for (int row = 0; row < rows; row++) {
      float scale = row % ZERO_EVERY == 0 ? 0 : random.nextFloat() / 64;
      scales.set(SCALE, (long) row * Float.BYTES, scale);
    }
    return scales;
  }
}
