package dev.kvasir.node.disk;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.store.BlockInfo;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Real blocks of made-up rows; the same number gives the same block. */
final class KvBlocks {
  private static final KvGeometry SMALL = new KvGeometry(2, 1, 16);
  private static final KvGeometry LARGE = new KvGeometry(4, 2, 64);

  private KvBlocks() {}

  /** A block of a few KiB. */
  static EncodedBlock block(int number) {
    return encode(SMALL, number, 20 + number % 7);
  }

  /** A block of 1 to 2 MiB in several chunks. */
  static EncodedBlock large(int number) {
    return encode(LARGE, number, 600 + number % 300);
  }

  private static EncodedBlock encode(KvGeometry geometry, int number, int tokens) {
    Random random = new Random(number);
    byte[] k = new byte[Math.toIntExact(geometry.bytes(tokens, ElementType.FLOAT16) / 2)];
    byte[] v = new byte[k.length];
    random.nextBytes(k);
    random.nextBytes(v);
    int[] ids = IntStream.range(0, tokens).map(i -> number + i).toArray();
    BlockIdentity identity =
        new BlockIdentity(
            "model", ElementType.FLOAT16, Optional.empty(), "tenant:acme", TokenIds.of(ids));
    KvRows rows =
        new KvRows(
            geometry,
            ElementType.FLOAT16,
            tokens,
            MemorySegment.ofArray(k),
            MemorySegment.ofArray(v));
    try (ArrowBlockCodec codec = new ArrowBlockCodec()) {
      return codec.encode(identity, rows);
    }
  }

  /** What is known of such a block, which comes from these documents. */
  static BlockInfo info(long generation, String... documents) {
    Set<DocumentRef> refs =
        Set.of(documents).stream()
            .map(id -> new DocumentRef(Optional.empty(), Optional.of(id)))
            .collect(Collectors.toUnmodifiableSet());
    return new BlockInfo(
        "model", "tenant:acme", generation, refs, Instant.ofEpochSecond(1_800_000_000));
  }
}
