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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private final Patience patience;
  private final BlockStore puts;
  private final BlockInstaller installer;
  private final PrefillMetrics metrics;
  private final Promptness promptness = new Promptness();
  private final long maxUnstoredBytes;
  private final AtomicLong unstoredBytes = new AtomicLong();
  private final Map<BlockKey, CompletableFuture<PutOutcome>> pending = new ConcurrentHashMap<>();

  StoreAccess(
      BlockStore store, BlockInstaller installer, PrefillOptions options, PrefillMetrics metrics) {
    patience = new Patience(options);
    lookups = new DeadlineStore(store, patience.ahead());
    puts = new DeadlineStore(store, options.putDeadline());
    maxUnstoredBytes = options.maxUnstoredBytes();
    this.installer = installer;
    this.metrics = metrics;
  }

  /** What the store says of a block. */
  sealed interface Lookup {}

  /** It has it, with every record checked. */
  record Found(EncodedBlock block) implements Lookup {}

  /** It has none; what is encoded now belongs to this generation. */
  record Absent(long generation) implements Lookup {}

  /** It did not answer in time. */
  record Unanswered() implements Lookup {}

  /**
   * Looks for the block; a damaged one is removed. Blocks, and not at all for an urgent encode
   * while lookups have been late.
   */
  Lookup find(CacheableBlock block, Encode encode) {
    BlockKey key = block.key();
    if (encode.isUrgent() && promptness.isLate()) {
      tryLookup(key);
      return new Unanswered();
    }
    try {
      CompletableFuture<Long> generation = lookups.generation();
      CompletableFuture<Optional<EncodedBlock>> read =
          Objects.requireNonNull(lookups.get(List.of(key)).get(key));
      Optional<EncodedBlock> stored = patience.limit(read, encode).join();
      promptness.answered();
      if (stored.isEmpty()) {
        return new Absent(patience.limit(generation, encode).join());
      }
      installer.verify(block.identity(), stored.get());
      metrics.found();
      return new Found(stored.get());
    } catch (DamagedBlockException e) {
      LOG.warn("store={} {}: removing it", lookups.name(), e.getMessage());
      metrics.damaged();
      return remove(key, encode) ? new Absent(0) : new Unanswered();
    } catch (RuntimeException e) {
      missed(e);
      failed("get", key, e);
      return new Unanswered();
    }
  }

  /** A store that fails at once costs nobody time. */
  private void missed(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof TimeoutException) {
      promptness.missed();
    }
  }

  /** Nobody waits for it. */
  private void tryLookup(BlockKey key) {
    if (promptness.trialIsDue(System.nanoTime())) {
      var _ =
          lookups
              .contains(List.of(key))
              .orTimeout(patience.urgent().toNanos(), TimeUnit.NANOSECONDS)
              .handle((_, failure) -> {
                if (failure == null) {
                  promptness.answered();
                } else {
                  promptness.missed();
                }
                return true;
              });
    }
  }

  private boolean remove(BlockKey key, Encode encode) {
    try {
      if (patience.limit(lookups.quarantine(key), encode).join()) {
        metrics.quarantined();
      }
      return true;
    } catch (CompletionException e) {
      failed("remove", key, e);
      return false;
    }
  }

  /** Completes when the block is stored or given up; never exceptionally. */
  CompletableFuture<Stored> put(EncodedBlock block, BlockInfo info) {
    long bytes = block.sizeBytes();
    if (unstoredBytes.addAndGet(bytes) > maxUnstoredBytes) {
      unstoredBytes.addAndGet(-bytes);
      failed("put", block.key(), new StoreException("too many bytes wait for the store already"));
      return CompletableFuture.completedFuture(Stored.NO);
    }
    CompletableFuture<PutOutcome> stored = puts.put(block, info);
    pending.put(block.key(), stored);
    return stored.handle((outcome, failure) -> {
      pending.remove(block.key());
      unstoredBytes.addAndGet(-bytes);
      if (failure != null) {
        failed("put", block.key(), failure);
        return Stored.NO;
      }
      if (outcome == PutOutcome.REFUSED) {
        metrics.refused();
        return Stored.REFUSED;
      }
      return Stored.YES;
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
