package dev.kvasir.cli.faults.witness;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Small real blocks whose bytes tell which write they are of: other than a model's, no two have the
 * same bytes under one key. Thread-safe.
 */
final class MarkedBlocks {
  private static final KvGeometry GEOMETRY = new KvGeometry(2, 1, 64);
  private static final int TOKENS = 8;

  private final AtomicInteger next = new AtomicInteger();
  private final Map<ByteBuffer, Integer> values = new ConcurrentHashMap<>();

  /** A block to be written, and the number of its bytes. */
  record Marked(EncodedBlock block, int value) {}

  /** Bytes that were never written before, under the key of that block. */
  Marked fresh(int block) {
    int value = next.getAndIncrement();
    SplittableRandom noise = new SplittableRandom(value);
    try (ArrowBlockCodec codec = new ArrowBlockCodec()) {
      KvRows rows = new KvRows(GEOMETRY, ElementType.FLOAT16, TOKENS, half(noise), half(noise));
      EncodedBlock encoded = codec.encode(identity(block), rows);
      values.put(bytes(encoded), value);
      return new Marked(encoded, value);
    }
  }

  private static MemorySegment half(SplittableRandom noise) {
    byte[] bytes = new byte[Math.toIntExact(GEOMETRY.bytes(TOKENS, ElementType.FLOAT16) / 2)];
    noise.nextBytes(bytes);
    return MemorySegment.ofArray(bytes);
  }

  static BlockKey key(int block) {
    return identity(block).key();
  }

  private static BlockIdentity identity(int block) {
    int[] ids = new int[TOKENS];
    ids[0] = block;
    return new BlockIdentity(
        Witness.MODEL, ElementType.FLOAT16, Optional.empty(), Witness.SCOPE, TokenIds.of(ids));
  }

  /** The number of these bytes. */
  int value(EncodedBlock block) {
    return values.getOrDefault(bytes(block), Operation.Read.UNKNOWN);
  }

  /** All records one after the other. */
  private static ByteBuffer bytes(EncodedBlock block) {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(block.sizeBytes()));
    all.put(block.header());
    block.chunks().forEach(all::put);
    return all.flip();
  }
}
