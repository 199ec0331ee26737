package dev.kvasir.cli;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** Small blocks with counted values: element i of k is i / 8, of v is -i / 8. */
public final class TestBlocks {
  private static final KvGeometry GEOMETRY = new KvGeometry(3, 2, 8);

  private TestBlocks() {}

  public static EncodedBlock block(int tokens) {
    return block(tokens, ElementType.FLOAT16);
  }

  /** The same numbers, rounded to the given type. */
  public static EncodedBlock block(int tokens, ElementType type) {
    int[] ids = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      ids[i] = 100 + i;
    }
    BlockIdentity identity =
        new BlockIdentity("feed", type, Optional.empty(), "default", TokenIds.of(ids));
    int elements = (int) GEOMETRY.rows(tokens) * GEOMETRY.headDim();
    KvRows rows =
        new KvRows(
            GEOMETRY, ElementType.FLOAT16, tokens, counted(elements, 1), counted(elements, -1));
    try (ArrowBlockCodec codec = new ArrowBlockCodec();
        Arena arena = Arena.ofConfined()) {
      return codec.encode(identity, rows.to(type, arena));
    }
  }

  private static MemorySegment counted(int elements, int sign) {
    MemorySegment values = MemorySegment.ofArray(new byte[2 * elements]);
    for (int i = 0; i < elements; i++) {
      values.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i, Float.floatToFloat16(sign * i / 8f));
    }
    return values;
  }
}
