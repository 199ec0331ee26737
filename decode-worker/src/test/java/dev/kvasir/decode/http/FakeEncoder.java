package dev.kvasir.decode.http;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.store.BlockStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Encodes a block to bytes that name it, and stores them. */
final class FakeEncoder implements BlockEncoder {
  volatile Function<CacheableBlock, CompletableFuture<EncodedBlock>> behaviour;

  FakeEncoder(BlockStore store) {
    behaviour =
        block -> {
          EncodedBlock bytes = bytes(block);
          return store.put(bytes, Blocks.info()).thenApply(done -> bytes);
        };
  }

  static EncodedBlock bytes(CacheableBlock block) {
    return new EncodedBlock(
        block.key(), ascii("header " + block.key()), List.of(ascii("chunk 0"), ascii("chunk 1")));
  }

  @Override
  public CompletableFuture<EncodedBlock> encode(CacheableBlock block) {
    return behaviour.apply(block);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
