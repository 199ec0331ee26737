package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.decode.PromptReport.Source;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The blocks that one prompt misses.
 *
 * @param stored reads that have been started; empty if the store is not asked
 * @param fromDisk those whose bytes came out of a node's file; grows while they are read
 * @param hedgeAfter how long a read may take before its block is encoded beside it
 * @param since when they were started
 */
record LoadBatch(
    Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> stored,
    Set<BlockKey> fromDisk,
    Duration hedgeAfter,
    Timer.Sample since,
    BatchCost cost) {

  Source source(BlockKey key) {
    return fromDisk.contains(key) ? Source.DISK : Source.GRID;
  }

  CompletableFuture<Optional<EncodedBlock>> stored(BlockKey key) {
    return stored.getOrDefault(key, CompletableFuture.completedFuture(Optional.empty()));
  }
}
