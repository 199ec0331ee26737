package dev.kvasir.bench.warmup;

import dev.kvasir.bench.BenchException;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.remote.BlockFrames;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Encodes nothing: hands out blocks that were encoded before, from files. A block's bytes are the
 * same whoever encodes it, so a cache behaves as if it had been encoded again. Thread-safe.
 */
final class SpilledBlocks {
  private final Path folder;

  SpilledBlocks(Path folder) {
    this.folder = folder;
  }

  /** Keeps what the store has of these blocks. */
  void keep(BlockStore store, List<BlockKey> keys) {
    for (BlockKey key : keys) {
      EncodedBlock block =
          Objects.requireNonNull(store.get(List.of(key)).get(key))
              .join()
              .orElseThrow(() -> new BenchException("the store has lost block " + key));
      try {
        Files.write(file(key), BlockFrames.of(block));
      } catch (IOException e) {
        throw new BenchException("a block cannot be written: " + e.getMessage());
      }
    }
  }

  private Path file(BlockKey key) {
    return folder.resolve(key.hex());
  }

  /** An encoder that puts the kept bytes into this store. */
  AheadEncoder into(BlockStore store) {
    return new AheadEncoder() {
      @Override
      public CompletableFuture<EncodedBlock> encode(CacheableBlock block) {
        EncodedBlock bytes = read(block.key());
        return store.put(bytes, info(block)).thenApply(_ -> bytes);
      }

      @Override
      public CompletableFuture<Outcome> encodeAhead(CacheableBlock block) {
        return store
            .put(read(block.key()), info(block))
            .thenApply(done -> done == PutOutcome.STORED ? Outcome.ENCODED : Outcome.REFUSED);
      }
    };
  }

  private EncodedBlock read(BlockKey key) {
    try {
      return BlockFrames.parse(key, Files.readAllBytes(file(key)));
    } catch (IOException e) {
      throw new BenchException("a kept block cannot be read: " + e.getMessage());
    }
  }

  private static BlockInfo info(CacheableBlock block) {
    return new BlockInfo(
        block.identity().modelFingerprint(),
        block.identity().scope(),
        0,
        block.documents(),
        Instant.now());
  }
}
