package dev.kvasir.store;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.TokenIds;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Blocks of random bytes; the same number gives the same block. */
public final class Blocks {
  private Blocks() {}

  /** A block of a header and {@code chunks} chunks of {@code chunkBytes} bytes each. */
  public static EncodedBlock block(int number, int chunks, int chunkBytes) {
    Random random = new Random(number);
    List<byte[]> records =
        IntStream.range(0, chunks).mapToObj(i -> bytes(random, chunkBytes)).toList();
    return new EncodedBlock(key(number), bytes(random, 100), records);
  }

  /** What a store is told of such a block. */
  public static BlockInfo info() {
    return new BlockInfo("model", "tenant:acme", 0, Set.of(), Instant.ofEpochSecond(1_800_000_000));
  }

  public static BlockKey key(int number) {
    return new BlockIdentity(
            "model", ElementType.FLOAT16, Optional.empty(), "scope", TokenIds.of(number))
        .key();
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
