package dev.kvasir.prefill.testing;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.BlockInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Blocks for tests. */
public final class Blocks {
  private Blocks() {}

  /** What a store is told of a block when it does not matter. */
  public static BlockInfo info() {
    return new BlockInfo("model", "tenant:acme", 0, Set.of(), Instant.ofEpochSecond(1_800_000_000));
  }

  /** A block of the fake engine's model, encoded behind nothing. */
  public static CacheableBlock alone(TokenIds tokens) {
    return new CacheableBlock(identity(Optional.empty(), tokens), Optional.empty());
  }

  /** A block of the fake engine's model, encoded behind the prefix. */
  public static CacheableBlock behind(CacheableBlock prefix, TokenIds tokens) {
    return new CacheableBlock(identity(Optional.of(prefix), tokens), Optional.of(prefix));
  }

  private static BlockIdentity identity(Optional<CacheableBlock> prefix, TokenIds tokens) {
    return new BlockIdentity(
        "feed", ElementType.FLOAT16, prefix.map(CacheableBlock::key), "tenant:tests", tokens);
  }

  /** The records of a block, header first, as they are; for comparing. */
  public static List<byte[]> records(EncodedBlock block) {
    List<byte[]> records = new ArrayList<>();
    records.add(block.header());
    records.addAll(block.chunks());
    return records;
  }

  /** A copy with one bit of record {@code record} (0 is the header) turned over. */
  public static EncodedBlock flipped(EncodedBlock block, int record, int at, int bit) {
    List<byte[]> records = new ArrayList<>();
    records(block).forEach(bytes -> records.add(bytes.clone()));
    records.get(record)[at] ^= (byte) (1 << bit);
    return new EncodedBlock(block.key(), records.getFirst(), records.subList(1, records.size()));
  }
}
