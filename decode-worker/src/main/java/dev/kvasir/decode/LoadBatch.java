package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.store.StoredBlock;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The blocks that one prompt misses.
 *
 * @param pulled the blocks of which the store has handed over every record; empty if it is not
 *     asked
 * @param hedgeAfter how long a read may take before its block is encoded beside it
 * @param since when they were started
 * @param trace of the prompt
 */
record LoadBatch(
    Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pulled,
    Duration hedgeAfter,
    Timer.Sample since,
    BatchCost cost,
    Context trace) {

  boolean asksStore() {
    return !pulled.isEmpty();
  }

  /** Where the block was of which every record came; empty if the store has none. */
  CompletableFuture<Optional<Source>> pulled(BlockKey key) {
    return pulled
        .getOrDefault(key, CompletableFuture.completedFuture(Optional.empty()))
        .thenApply(found -> found.map(LoadBatch::source));
  }

  private static Source source(StoredBlock block) {
    return switch (block.tier()) {
      case MEMORY -> Source.GRID;
      case DISK -> Source.DISK;
    };
  }
}
