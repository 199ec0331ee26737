package dev.kvasir.prefill;

import dev.kvasir.block.BlockKey;
import dev.kvasir.engine.kv.SharedSegment;
import dev.kvasir.engine.prompt.CacheableBlock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The few prefix blocks that passages are encoded behind, installed from their canonical bytes and
 * shared by all jobs; the least recently used one goes. Thread-safe.
 */
final class PrefixCache {
  private final int maxPrefixes;
  private final Load load;
  private final Map<BlockKey, CompletableFuture<SharedSegment>> entries =
      new LinkedHashMap<>(16, 0.75f, true);

  /** Starts empty. */
  PrefixCache(int maxPrefixes, Load load) {
    this.maxPrefixes = maxPrefixes;
    this.load = load;
  }

  /** Installs a prefix; may block. */
  @FunctionalInterface
  interface Load {
    SharedSegment apply(CacheableBlock prefix, boolean urgent);
  }

  /** The installed prefix, with the caller as one more owner; blocks while it is loaded. */
  SharedSegment acquire(CacheableBlock prefix, boolean urgent) {
    while (true) {
      SharedSegment shared = entry(prefix, urgent).join();
      if (shared.retain()) {
        return shared;
      }
    }
  }

  private CompletableFuture<SharedSegment> entry(CacheableBlock prefix, boolean urgent) {
    BlockKey key = prefix.key();
    CompletableFuture<SharedSegment> fresh = new CompletableFuture<>();
    List<CompletableFuture<SharedSegment>> evicted;
    synchronized (entries) {
      CompletableFuture<SharedSegment> known = entries.get(key);
      if (known != null) {
        return known;
      }
      entries.put(key, fresh);
      evicted = evictEldest();
    }
    evicted.forEach(PrefixCache::releaseWhenLoaded);
    fill(prefix, urgent, fresh);
    return fresh;
  }

  private List<CompletableFuture<SharedSegment>> evictEldest() {
    List<CompletableFuture<SharedSegment>> evicted = new ArrayList<>();
    Iterator<CompletableFuture<SharedSegment>> eldest = entries.values().iterator();
    while (entries.size() > maxPrefixes) {
      evicted.add(eldest.next());
      eldest.remove();
    }
    return evicted;
  }

  private void fill(CacheableBlock prefix, boolean urgent, CompletableFuture<SharedSegment> entry) {
    try {
      entry.complete(load.apply(prefix, urgent));
    } catch (RuntimeException | Error e) {
      synchronized (entries) {
        entries.remove(prefix.key(), entry);
      }
      entry.completeExceptionally(e);
    }
  }

  private static void releaseWhenLoaded(CompletableFuture<SharedSegment> entry) {
    var _ = entry.thenAccept(SharedSegment::release);
  }

  /** Gives up every prefix; jobs that still hold one free it when they are done. */
  void clear() {
    List<CompletableFuture<SharedSegment>> all;
    synchronized (entries) {
      all = List.copyOf(entries.values());
      entries.clear();
    }
    all.forEach(PrefixCache::releaseWhenLoaded);
  }
}
