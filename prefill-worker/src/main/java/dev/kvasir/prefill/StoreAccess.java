package dev.kvasir.prefill;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.BlockInstaller;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.DeadlineStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.StoreException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store as an encoder sees it: what is not found in time is encoded, what cannot be stored is
 * counted. Thread-safe.
 */
final class StoreAccess {
  private static final Logger LOG = LoggerFactory.getLogger(StoreAccess.class);

  private final BlockStore lookups;
  private final BlockStore puts;
  private final BlockInstaller installer;
  private final PrefillMetrics metrics;
  private final long maxUnstoredBytes;
  private final AtomicLong unstoredBytes = new AtomicLong();
  private final Map<BlockKey, CompletableFuture<PutOutcome>> pending = new ConcurrentHashMap<>();

  StoreAccess(
      BlockStore store, BlockInstaller installer, PrefillOptions options, PrefillMetrics metrics) {
    lookups = new DeadlineStore(store, options.lookupDeadline());
    puts = new DeadlineStore(store, options.putDeadline());
    maxUnstoredBytes = options.maxUnstoredBytes();
    this.installer = installer;
    this.metrics = metrics;
  }

  /** The stored block with every record checked; a damaged one is removed. Blocks. */
  Optional<EncodedBlock> find(CacheableBlock block) {
    BlockKey key = block.key();
    try {
      Optional<EncodedBlock> stored =
          Objects.requireNonNull(lookups.get(List.of(key)).get(key)).join();
      stored.ifPresent(bytes -> installer.verify(block.identity(), bytes));
      stored.ifPresent(_ -> metrics.found());
      return stored;
    } catch (DamagedBlockException e) {
      LOG.warn("store={} {}: removing it", lookups.name(), e.getMessage());
      metrics.damaged();
      remove(key);
    } catch (RuntimeException e) {
      failed("get", key, e);
    }
    return Optional.empty();
  }

  /** The store's generation; 0, which every tombstone defeats, if it does not say. Blocks. */
  long generation() {
    try {
      return lookups.generation().join();
    } catch (CompletionException e) {
      metrics.storeFailed("generation");
      LOG.debug("the store's generation is unknown", e);
      return 0;
    }
  }

  private void remove(BlockKey key) {
    try {
      lookups.remove(key).join();
    } catch (CompletionException e) {
      failed("remove", key, e);
    }
  }

  /** Completes when the block is stored or given up; never exceptionally. */
  CompletableFuture<Void> put(EncodedBlock block, BlockInfo info) {
    long bytes = block.sizeBytes();
    if (unstoredBytes.addAndGet(bytes) > maxUnstoredBytes) {
      unstoredBytes.addAndGet(-bytes);
      failed("put", block.key(), new StoreException("too many bytes wait for the store already"));
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<PutOutcome> stored = puts.put(block, info);
    pending.put(block.key(), stored);
    return stored.handle((outcome, failure) -> {
      pending.remove(block.key());
      unstoredBytes.addAndGet(-bytes);
      if (failure != null) {
        failed("put", block.key(), failure);
      } else if (outcome == PutOutcome.REFUSED) {
        metrics.refused();
      }
      return null;
    });
  }

  /** Waits for the puts that have been started, at most until their deadline. */
  void awaitPuts() {
    CompletableFuture.allOf(pending.values().toArray(CompletableFuture[]::new))
        .handle((_, _) -> true)
        .join();
  }

  private void failed(String operation, BlockKey key, Throwable failure) {
    metrics.storeFailed(operation);
    LOG.debug("block={} {} failed", key, operation, failure);
  }
}
