package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.decode.LocalBlockCache.Load;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.DeadlineStore;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Loads blocks that are not in local memory: from the store where that has been cheaper lately than
 * encoding, and if the store has none, is late, fails or hands out damaged bytes, from the encoder.
 * Either way a block is installed from canonical bytes with every record checked, so the source
 * never changes a number. Thread-safe.
 */
final class BlockLoader implements AutoCloseable {
  private static final int CLOSE_SECONDS = 30;
  private static final Duration PROBE_EVERY = Duration.ofSeconds(5);

  private final BlockStore store;
  private final BlockLoading.Means means;
  private final BlockInstaller installer;
  private final DecodeMetrics metrics;
  private final FetchCosts costs = new FetchCosts(PROBE_EVERY);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CompletableFuture<Void> closing = new CompletableFuture<>();

  BlockLoader(
      BlockStore store,
      Duration deadline,
      BlockEncoder encoder,
      BlockInstaller installer,
      DecodeMetrics metrics,
      Steps steps) {
    this.store = new DeadlineStore(store, deadline);
    this.installer = installer;
    this.metrics = metrics;
    means = new BlockLoading.Means(this.store, encoder, installer, metrics, steps, closing);
  }

  /** Starts all loads at once, so that what has to be encoded is encoded together. */
  void start(Map<CacheableBlock, Load> loads) {
    if (loads.isEmpty()) {
      return;
    }
    Map<BlockKey, BlockPull> pulls = new LinkedHashMap<>();
    loads.forEach((block, load) -> pulls.put(block.key(), new BlockPull(installer, block, load)));
    LoadBatch batch = batch(loads.keySet(), pulls);
    for (BlockPull pull : pulls.values()) {
      try {
        threads.execute(new BlockLoading(means, batch, pull));
      } catch (RejectedExecutionException e) {
        pull.abandon();
        pull.load().fail(BlockLoading.closed());
      }
    }
  }

  private LoadBatch batch(Set<CacheableBlock> blocks, Map<BlockKey, BlockPull> pulls) {
    int tokens = blocks.stream().mapToInt(block -> block.tokens().size()).sum();
    long bytes = installer.bytes(tokens);
    boolean fetch = costs.fetchIsCheaper(bytes, tokens);
    if (!fetch) {
      metrics.notFetched(blocks.size());
      probe(blocks.iterator().next().key());
    }
    return new LoadBatch(
        fetch ? store.pull(pulls.keySet(), new PulledBlocks(pulls)) : Map.of(),
        costs.hedgeAfter(bytes, tokens),
        metrics.start(),
        new BatchCost(costs, blocks.size()),
        Context.current());
  }

  /** Now and then sees whether the store is fast again; nobody waits for it. */
  private void probe(BlockKey key) {
    if (costs.probeIsDue(System.nanoTime())) {
      long since = System.nanoTime();
      CompletableFuture<Optional<EncodedBlock>> found =
          Objects.requireNonNull(store.get(List.of(key)).get(key));
      var _ =
          found.thenAccept(block ->
              block.ifPresent(bytes ->
                  costs.recovered(bytes.sizeBytes(), Duration.ofNanos(System.nanoTime() - since))));
    }
  }

  /** Fails the loads that still wait for store or encoder, and waits until all have ended. */
  @Override
  public void close() {
    closing.completeExceptionally(BlockLoading.closed());
    threads.shutdown();
    try {
      threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
