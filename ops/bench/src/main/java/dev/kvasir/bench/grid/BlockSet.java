package dev.kvasir.bench.grid;

import dev.kvasir.bench.Checks;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Float16 blocks of noise in the shape of a model's, the same in every process that makes them.
 * Noise does not get smaller by compression, and neither do keys and values.
 */
public record BlockSet(int blocks, int tokens, KvGeometry geometry) {
  private static final long SEED = 5;
  private static final KvGeometry DEFAULT_MODEL = new KvGeometry(30, 3, 64);
  private static final int USUAL_TOKENS = 100;

  public BlockSet {
    Checks.require(blocks > 0 && tokens > 0, "a grid benchmark needs blocks with tokens");
  }

  /** Blocks of 100 tokens of the default model: 2.3 MB each. */
  public static BlockSet usual(int blocks) {
    return new BlockSet(blocks, USUAL_TOKENS, DEFAULT_MODEL);
  }

  /** The blocks in their canonical bytes. */
  List<EncodedBlock> encoded() {
    SplittableRandom noise = new SplittableRandom(SEED);
    try (ArrowBlockCodec codec = new ArrowBlockCodec()) {
      return IntStream.range(0, blocks)
          .mapToObj(block -> codec.encode(identity(block), rows(noise)))
          .toList();
    }
  }

  private BlockIdentity identity(int block) {
    int[] ids = IntStream.generate(() -> block).limit(tokens).toArray();
    return new BlockIdentity(
        "bench", ElementType.FLOAT16, Optional.empty(), "bench", TokenIds.of(ids));
  }

  private KvRows rows(SplittableRandom noise) {
    return new KvRows(geometry, ElementType.FLOAT16, tokens, half(noise), half(noise));
  }

  /** K or V. */
  private MemorySegment half(SplittableRandom noise) {
    byte[] bytes = new byte[Math.toIntExact(geometry.bytes(tokens, ElementType.FLOAT16) / 2)];
    noise.nextBytes(bytes);
    return MemorySegment.ofArray(bytes);
  }

  /** What {@link #parse} reads back. */
  List<String> arguments() {
    return Stream.of(blocks, tokens, geometry.layers(), geometry.kvHeads(), geometry.headDim())
        .map(Object::toString)
        .toList();
  }

  static BlockSet parse(List<String> arguments) {
    int[] numbers = arguments.stream().mapToInt(Integer::parseInt).toArray();
    return new BlockSet(numbers[0], numbers[1], new KvGeometry(numbers[2], numbers[3], numbers[4]));
  }
}
