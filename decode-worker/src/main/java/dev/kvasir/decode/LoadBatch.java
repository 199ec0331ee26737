package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.decode.PromptReport.Source;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The blocks that one prompt misses.
 *
 * @param pulled whether the store has handed over every record; empty if it is not asked
 * @param fromDisk those whose bytes came out of a node's file; grows while they are read
 * @param hedgeAfter how long a read may take before its block is encoded beside it
 * @param since when they were started
 * @param trace of the prompt
 */
record LoadBatch(
    Map<BlockKey, CompletableFuture<Boolean>> pulled,
    Set<BlockKey> fromDisk,
    Duration hedgeAfter,
    Timer.Sample since,
    BatchCost cost,
    Context trace) {

  Source source(BlockKey key) {
    return fromDisk.contains(key) ? Source.DISK : Source.GRID;
  }

  boolean asksStore() {
    return !pulled.isEmpty();
  }

  CompletableFuture<Boolean> pulled(BlockKey key) {
    return pulled.getOrDefault(key, CompletableFuture.completedFuture(false));
  }
}
