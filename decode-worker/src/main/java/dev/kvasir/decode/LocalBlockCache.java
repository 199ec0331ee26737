package dev.kvasir.decode;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.Scope;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.engine.kv.SharedSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.delete.DeletedCopies;
import dev.kvasir.store.delete.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Installed blocks in native memory, shared by all requests. What is kept is bounded by bytes and
 * chosen by Caffeine (W-TinyLFU); what is leased stays valid until its last lease is closed, so
 * memory in use may exceed the bound by the blocks that running requests hold. A block is loaded by
 * one caller at a time, everybody else waits for that load. Thread-safe.
 */
public final class LocalBlockCache implements DeletedCopies.Holder, AutoCloseable {
  private static final int WEIGHT_BYTES = 1_024;

  private record Kept(SharedSegment shared, long storedBytes, BlockInfo info) {
    long bytes() {
      return shared.segment().bytes();
    }

    int weight() {
      return Math.toIntExact((bytes() + WEIGHT_BYTES - 1) / WEIGHT_BYTES);
    }
  }

  private final long maxBytes;
  private final Cache<BlockKey, Kept> kept;
  // Guards the map, each load's waiters, and the order of "keep, then forget the load".
  private final Map<BlockKey, Load> loads = new HashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong hits = new AtomicLong();
  private final AtomicLong misses = new AtomicLong();
  private final AtomicLong evictions = new AtomicLong();
  private boolean closed;

  /** Keeps at most {@code maxBytes} of native memory; 0 keeps nothing. */
  public LocalBlockCache(long maxBytes) {
    this.maxBytes = maxBytes;
    kept =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes / WEIGHT_BYTES)
            .weigher((BlockKey _, Kept entry) -> entry.weight())
            .removalListener(this::removed)
            .executor(Runnable::run)
            .build();
  }

  /**
   * A lease of the block: at once if it is kept, otherwise when its load is done. Whoever receives
   * a {@link Load} has to end it.
   */
  Acquisition acquire(CacheableBlock block) {
    BlockKey key = block.key();
    synchronized (loads) {
      Load running = loads.get(key);
      if (running != null) {
        misses.incrementAndGet();
        return new Acquisition(running.join(), running.arriving, Optional.empty());
      }
      Optional<BlockLease> hit = leaseKept(key);
      if (hit.isPresent()) {
        hits.incrementAndGet();
        return new Acquisition(
            CompletableFuture.completedFuture(hit.get()),
            new CompletableFuture<>(),
            Optional.empty());
      }
      misses.incrementAndGet();
      Load load = new Load(key, info(block));
      loads.put(key, load);
      return new Acquisition(load.join(), load.arriving, Optional.of(load));
    }
  }

  private static BlockInfo info(CacheableBlock block) {
    BlockIdentity identity = block.identity();
    return new BlockInfo(
        identity.modelFingerprint(), identity.scope(), 0, block.documents(), Instant.EPOCH);
  }

  private Optional<BlockLease> leaseKept(BlockKey key) {
    Kept entry = kept.getIfPresent(key);
    return entry != null && entry.shared().retain()
        ? Optional.of(new BlockLease(key, entry.shared(), Source.LOCAL, entry.storedBytes()))
        : Optional.empty();
  }

  private void keep(Load load, SharedSegment shared, long storedBytes) {
    long size = shared.segment().bytes();
    if (!closed && !load.deleted && size <= maxBytes && shared.retain()) {
      bytes.addAndGet(size);
      kept.put(load.key, new Kept(shared, storedBytes, load.info));
    }
  }

  private void removed(@Nullable BlockKey key, @Nullable Kept entry, RemovalCause cause) {
    if (entry != null) {
      bytes.addAndGet(-entry.bytes());
      entry.shared().release();
    }
    if (cause.wasEvicted()) {
      evictions.incrementAndGet();
    }
  }

  /** Share of its bytes that is used; 0 of a cache that keeps nothing. */
  double usedShare() {
    return maxBytes == 0 ? 0 : (double) bytes.get() / maxBytes;
  }

  public CacheStats stats() {
    return new CacheStats(
        kept.estimatedSize(), bytes.get(), hits.get(), misses.get(), evictions.get());
  }

  /**
   * Forgets what is deleted, and does not keep what is being loaded of it. A deletion of a document
   * or a collection takes everything of its scope: what stays is in the grid.
   */
  @Override
  public void drop(Selector selector, long generation) {
    synchronized (loads) {
      kept.asMap().entrySet().removeIf(e -> mayMean(selector, e.getKey(), e.getValue().info()));
      loads.values().stream()
          .filter(load -> mayMean(selector, load.key, load.info))
          .forEach(load -> load.deleted = true);
    }
  }

  private static boolean mayMean(Selector selector, BlockKey key, BlockInfo info) {
    return switch (selector) {
      case Selector.Document(Scope scope, String _) -> scope.text().equals(info.scope());
      case Selector.Collection(Scope scope, String _) -> scope.text().equals(info.scope());
      case Selector.Key _, Selector.Everything _, Selector.Model _ ->
          selector.surviving(key, info).isEmpty();
    };
  }

  /** Forgets every block; leased ones are freed by their last lease. */
  public void clear() {
    synchronized (loads) {
      kept.invalidateAll();
      kept.cleanUp();
    }
  }

  /** Forgets every block and keeps no more; leases stay valid. */
  @Override
  public void close() {
    synchronized (loads) {
      closed = true;
      clear();
    }
  }

  /**
   * What {@link #acquire} gives.
   *
   * @param lease the receiver closes it, also when it no longer wants it by the time it comes
   * @param arriving completes if the block comes in parts, when the first one is there; stays open
   *     otherwise
   * @param load present if the receiver has to load the block
   */
  record Acquisition(
      CompletableFuture<BlockLease> lease,
      CompletableFuture<ArrivingBlock> arriving,
      Optional<Load> load) {}

  /** The duty to load one block; ends with one call of {@link #complete} or of {@link #fail}. */
  public final class Load {
    private final BlockKey key;
    private final BlockInfo info;
    private final CompletableFuture<ArrivingBlock> arriving = new CompletableFuture<>();
    private boolean deleted;
    private final List<CompletableFuture<BlockLease>> waiters = new ArrayList<>();

    private Load(BlockKey key, BlockInfo info) {
      this.key = key;
      this.info = info;
    }

    private CompletableFuture<BlockLease> join() {
      CompletableFuture<BlockLease> waiter = new CompletableFuture<>();
      waiters.add(waiter);
      return waiter;
    }

    /** Shows the block to everybody who waits while it is still being installed. */
    void arriving(ArrivingBlock block) {
      arriving.complete(block);
    }

    /** Hands the installed block to everybody who waits; takes over the caller's share of it. */
    public void complete(SharedSegment shared, Source source, long storedBytes) {
      synchronized (loads) {
        keep(this, shared, storedBytes);
        loads.remove(key);
        waiters.forEach(_ -> shared.retain());
      }
      for (CompletableFuture<BlockLease> waiter : waiters) {
        waiter.complete(new BlockLease(key, shared, source, storedBytes));
      }
      shared.release();
    }

    /** Tells everybody who waits that the block cannot be had. */
    public void fail(Throwable cause) {
      synchronized (loads) {
        loads.remove(key);
      }
      waiters.forEach(waiter -> waiter.completeExceptionally(cause));
    }
  }
}
