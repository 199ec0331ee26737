package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.decode.LocalBlockCache.Acquisition;
import dev.kvasir.decode.LocalBlockCache.Load;
import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.document.NamedDocuments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Brings all blocks of a prompt into local memory at once and places them. A block that occurs
 * twice is brought once and placed twice. Thread-safe.
 */
final class BlockResolver {
  private final LocalBlockCache cache;
  private final BlockLoader loader;
  private final Consumer<Set<BlockKey>> uses;
  private final NamedDocuments documents;
  private final DecodeMetrics metrics;

  /** A lease and how long it took to come. */
  private record Arrival(BlockLease lease, Duration elapsed) {}

  BlockResolver(
      LocalBlockCache cache,
      BlockLoader loader,
      Consumer<Set<BlockKey>> uses,
      NamedDocuments documents,
      DecodeMetrics metrics) {
    this.uses = uses;
    this.documents = documents;
    this.cache = cache;
    this.loader = loader;
    this.metrics = metrics;
  }

  /**
   * Starts resolving; whoever no longer wants the result closes it when it comes. Loads go on in
   * any case, others may wait for them. Fails with what made a block impossible to have.
   */
  CompletableFuture<ResolvedBlocks> resolve(List<CacheableBlock> blocks) {
    long since = System.nanoTime();
    Map<BlockKey, CompletableFuture<Arrival>> arrivals = new LinkedHashMap<>();
    Map<CacheableBlock, Load> loads = new LinkedHashMap<>();
    for (CacheableBlock block : blocks) {
      documents.named(block.key(), block.documents());
      arrivals.computeIfAbsent(
          block.key(),
          _ -> {
            Acquisition acquisition = cache.acquire(block);
            acquisition.load().ifPresent(load -> loads.put(block, load));
            return acquisition.lease().thenApply(lease -> arrival(lease, since));
          });
    }
    loader.start(loads);
    uses.accept(Set.copyOf(arrivals.keySet()));
    return CompletableFuture.allOf(arrivals.values().toArray(CompletableFuture[]::new))
        .whenComplete((_, failure) -> closeAllIf(failure != null, arrivals))
        .thenApply(_ -> place(blocks, arrivals));
  }

  private static Arrival arrival(BlockLease lease, long since) {
    return new Arrival(lease, Duration.ofNanos(System.nanoTime() - since));
  }

  private static void closeAllIf(
      boolean failed, Map<BlockKey, CompletableFuture<Arrival>> arrivals) {
    if (failed) {
      arrivals.values().stream()
          .filter(arrival -> !arrival.isCompletedExceptionally())
          .forEach(arrival -> arrival.join().lease().close());
    }
  }

  private ResolvedBlocks place(
      List<CacheableBlock> blocks, Map<BlockKey, CompletableFuture<Arrival>> arrivals) {
    List<Placed> placed = new ArrayList<>();
    List<BlockReport> reports = new ArrayList<>();
    Set<BlockKey> seen = new HashSet<>();
    int start = 0;
    for (CacheableBlock block : blocks) {
      Arrival arrival = Objects.requireNonNull(arrivals.get(block.key())).join();
      placed.add(new Placed(arrival.lease().segment(), start));
      reports.add(report(block, arrival, !seen.add(arrival.lease().key())));
      start += block.tokens().size();
    }
    metrics.lookup(reports);
    return new ResolvedBlocks(
        placed, reports, arrivals.values().stream().map(a -> a.join().lease()).toList());
  }

  private static BlockReport report(CacheableBlock block, Arrival arrival, boolean again) {
    BlockLease lease = arrival.lease();
    return new BlockReport(
        lease.key(),
        block.tokens().size(),
        again ? Source.LOCAL : lease.source(),
        lease.storedBytes(),
        again ? Duration.ZERO : arrival.elapsed());
  }
}
