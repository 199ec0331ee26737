package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.decode.LocalBlockCache.Acquisition;
import dev.kvasir.decode.LocalBlockCache.Load;
import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.document.NamedDocuments;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

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
  private final Steps steps;

  /** A lease and how long it took to come. */
  private record Arrival(BlockLease lease, Duration elapsed) {}

  /** A block on its way. */
  private record Coming(
      CompletableFuture<Arrival> whole, CompletableFuture<ArrivingBlock> arriving) {

    CompletableFuture<?> begun() {
      return CompletableFuture.anyOf(whole, arriving);
    }

    /** What can be read, unless it has failed; after it has begun. */
    Optional<ArrivingBlock> now() {
      return switch (whole.state()) {
        case SUCCESS -> Optional.of(ArrivingBlock.whole(whole.join().lease()));
        case RUNNING -> Optional.of(arriving.join());
        case FAILED, CANCELLED -> Optional.empty();
      };
    }
  }

  BlockResolver(
      LocalBlockCache cache,
      BlockLoader loader,
      Consumer<Set<BlockKey>> uses,
      NamedDocuments documents,
      DecodeMetrics metrics,
      Steps steps) {
    this.uses = uses;
    this.documents = documents;
    this.cache = cache;
    this.loader = loader;
    this.metrics = metrics;
    this.steps = steps;
  }

  /**
   * Starts resolving. Loads go on in any case, others may wait for them. What is whole fails with
   * what made a block impossible to have.
   */
  Resolution resolve(List<CacheableBlock> blocks) {
    Span pull = steps.begin("pull");
    try (Scope _ = pull.makeCurrent()) {
      Map<CacheableBlock, Load> loads = new LinkedHashMap<>();
      Map<BlockKey, Coming> coming = steps.in("lookup", span -> lookUp(blocks, loads, span));
      loader.start(loads);
      uses.accept(Set.copyOf(coming.keySet()));
      return new Resolution(
          all(coming, Coming::whole)
              .whenComplete((_, failure) -> {
                closeAllIf(failure != null, coming);
                Steps.end(pull, failure);
              })
              .thenApply(_ -> place(blocks, coming)),
          all(coming, Coming::begun),
          () -> early(blocks, coming));
    }
  }

  /** Asks the local cache; what it misses is added to the loads, which are to be started. */
  private Map<BlockKey, Coming> lookUp(
      List<CacheableBlock> blocks, Map<CacheableBlock, Load> loads, Span lookup) {
    long since = System.nanoTime();
    Map<BlockKey, Coming> coming = new LinkedHashMap<>();
    for (CacheableBlock block : blocks) {
      documents.named(block.key(), block.documents());
      coming.computeIfAbsent(
          block.key(),
          _ -> {
            Acquisition acquisition = cache.acquire(block);
            acquisition.load().ifPresent(load -> loads.put(block, load));
            return new Coming(
                acquisition.lease().thenApply(lease -> arrival(lease, since)),
                acquisition.arriving());
          });
    }
    lookup
        .setAttribute("kvasir.blocks", coming.size())
        .setAttribute("kvasir.blocks.missed", loads.size());
    return coming;
  }

  private static CompletableFuture<Void> all(
      Map<BlockKey, Coming> coming, Function<Coming, CompletableFuture<?>> part) {
    return CompletableFuture.allOf(
        coming.values().stream().map(part).toArray(CompletableFuture[]::new));
  }

  private static Arrival arrival(BlockLease lease, long since) {
    return new Arrival(lease, Duration.ofNanos(System.nanoTime() - since));
  }

  private static void closeAllIf(boolean failed, Map<BlockKey, Coming> coming) {
    if (failed) {
      coming.values().stream()
          .map(Coming::whole)
          .filter(arrival -> !arrival.isCompletedExceptionally())
          .forEach(arrival -> arrival.join().lease().close());
    }
  }

  private ResolvedBlocks place(List<CacheableBlock> blocks, Map<BlockKey, Coming> coming) {
    List<Placed> placed = new ArrayList<>();
    List<BlockReport> reports = new ArrayList<>();
    Set<BlockKey> seen = new HashSet<>();
    int start = 0;
    for (CacheableBlock block : blocks) {
      Arrival arrival = Objects.requireNonNull(coming.get(block.key())).whole().join();
      placed.add(new Placed(arrival.lease().segment(), start));
      reports.add(report(block, arrival, !seen.add(arrival.lease().key())));
      start += block.tokens().size();
    }
    metrics.lookup(reports);
    return new ResolvedBlocks(
        placed, reports, coming.values().stream().map(c -> c.whole().join().lease()).toList());
  }

  /** Shares of what is there of each block; empty if a block has just been given up. */
  private static Optional<EarlyBlocks> early(
      List<CacheableBlock> blocks, Map<BlockKey, Coming> coming) {
    EarlyBlocks early = new EarlyBlocks(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    int start = 0;
    for (CacheableBlock block : blocks) {
      Optional<ArrivingBlock> now = Objects.requireNonNull(coming.get(block.key())).now();
      if (now.isEmpty() || !early.add(now.get(), start, block.tokens().size())) {
        early.close();
        return Optional.empty();
      }
      start += block.tokens().size();
    }
    return Optional.of(early);
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
