package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.decode.DecodeMetrics.Fallback;
import dev.kvasir.decode.LocalBlockCache.Load;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.DeadlineStore;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads blocks that are not in local memory: from the store, and if that has none, is late, fails
 * or hands out damaged bytes, from the encoder. Either way a block is installed from canonical
 * bytes with every record checked, so the source never changes a number. Thread-safe.
 */
final class BlockLoader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlockLoader.class);

  private static final int CLOSE_SECONDS = 30;

  private final BlockStore store;
  private final BlockEncoder encoder;
  private final BlockInstaller installer;
  private final DecodeMetrics metrics;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CompletableFuture<Void> closing = new CompletableFuture<>();

  BlockLoader(
      BlockStore store,
      Duration deadline,
      BlockEncoder encoder,
      BlockInstaller installer,
      DecodeMetrics metrics) {
    this.store = new DeadlineStore(store, deadline);
    this.encoder = encoder;
    this.installer = installer;
    this.metrics = metrics;
  }

  /** Starts all loads at once, so that what has to be encoded is encoded together. */
  void start(Map<CacheableBlock, Load> loads) {
    if (loads.isEmpty()) {
      return;
    }
    Timer.Sample since = metrics.start();
    var stored = store.get(loads.keySet().stream().map(CacheableBlock::key).toList());
    loads.forEach((block, load) -> {
      var bytes = Objects.requireNonNull(stored.get(block.key()));
      try {
        threads.execute(() -> load(block, bytes, load, since));
      } catch (RejectedExecutionException e) {
        load.fail(closed());
      }
    });
  }

  private void load(
      CacheableBlock block,
      CompletableFuture<Optional<EncodedBlock>> stored,
      Load load,
      Timer.Sample since) {
    try {
      if (!fromStore(block, stored, load, since)) {
        fromEncoder(block, load);
      }
    } catch (CompletionException e) {
      load.fail(e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException | Error e) {
      load.fail(e);
    }
  }

  private boolean fromStore(
      CacheableBlock block,
      CompletableFuture<Optional<EncodedBlock>> stored,
      Load load,
      Timer.Sample since) {
    try {
      Optional<EncodedBlock> bytes = await(stored);
      if (bytes.isEmpty()) {
        return false;
      }
      KvSegment segment = installer.install(block.identity(), bytes.get());
      metrics.fetched(since, store.name(), bytes.get().sizeBytes());
      load.complete(segment, Source.GRID, bytes.get().sizeBytes());
      return true;
    } catch (DamagedBlockException e) {
      LOG.warn("store={} {}: encoding it again", store.name(), e.getMessage());
      metrics.damaged("store");
      metrics.fellBack(Fallback.DAMAGED);
      remove(block.key());
    } catch (CompletionException e) {
      boolean late = e.getCause() != null && e.getCause().getCause() instanceof TimeoutException;
      metrics.fellBack(late ? Fallback.TIMEOUT : Fallback.STORE_ERROR);
      LOG.debug("block={} not fetched", block.key(), e);
    } catch (RuntimeException e) {
      metrics.fellBack(Fallback.NOT_INSTALLED);
      LOG.warn("block={} could not be installed: encoding it", block.key(), e);
    }
    return false;
  }

  /** Waits, so that the encoder does not find the damaged block again. */
  private void remove(BlockKey key) {
    try {
      store.remove(key).join();
    } catch (CompletionException e) {
      LOG.debug("block={} not removed", key, e);
    }
  }

  private void fromEncoder(CacheableBlock block, Load load) {
    EncodedBlock bytes = await(encoder.encode(block));
    KvSegment segment;
    try {
      segment = installer.install(block.identity(), bytes);
    } catch (DamagedBlockException e) {
      LOG.warn("encoder: {}: asking once more", e.getMessage());
      metrics.damaged("encoder");
      bytes = await(encoder.encode(block));
      segment = installer.install(block.identity(), bytes);
    }
    load.complete(segment, Source.ENCODED, bytes.sizeBytes());
  }

  /** Waits, but not longer than until this loader is closed. */
  private <T> T await(CompletableFuture<T> future) {
    CompletableFuture.anyOf(future, closing).join();
    return future.join();
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("the decode worker is closed");
  }

  /** Fails the loads that still wait for store or encoder, and waits until all have ended. */
  @Override
  public void close() {
    closing.completeExceptionally(closed());
    threads.shutdown();
    try {
      threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
