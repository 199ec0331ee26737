package dev.kvasir.store.memory;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockPage;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.ReadBlock;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.StoreStats;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Subscription;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps blocks on this JVM's heap, without a bound and until it is closed: for tests and for a
 * single process without a grid. Thread-safe; every future is complete when it is returned.
 */
public final class MemoryBlockStore implements BlockStore, LocalBlocks {
  private record Kept(EncodedBlock block, BlockInfo info) {
    StoredBlock describe() {
      return new StoredBlock(block.key(), block.chunks().size(), block.sizeBytes(), info);
    }

    ReadBlock read() {
      return new ReadBlock(block, describe());
    }

    Held held() {
      return new Held(describe(), true);
    }
  }

  private final ConcurrentNavigableMap<BlockKey, Kept> blocks = new ConcurrentSkipListMap<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return answer(() -> {
      Kept kept = new Kept(block, info);
      blocks.put(block.key(), kept);
      watchers.forEach(watcher -> watcher.held(kept.held()));
      return PutOutcome.STORED;
    });
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys) {
    Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> answers = HashMap.newHashMap(keys.size());
    for (BlockKey key : keys) {
      answers.put(key, answer(() -> Optional.ofNullable(blocks.get(key)).map(Kept::read)));
    }
    return answers;
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    return answer(() ->
        new LinkedHashSet<>(keys)
            .stream()
                .flatMap(key -> Optional.ofNullable(blocks.get(key)).stream())
                .map(Kept::describe)
                .collect(Collectors.toUnmodifiableMap(StoredBlock::key, Function.identity())));
  }

  @Override
  public CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next) {
    return answer(() -> {
      Kept kept = blocks.get(key);
      if (kept == null || !kept.info().equals(expected)) {
        return false;
      }
      Kept renewed = new Kept(kept.block(), next);
      boolean done = blocks.replace(key, kept, renewed);
      if (done) {
        watchers.forEach(watcher -> watcher.held(renewed.held()));
      }
      return done;
    });
  }

  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    return answer(() -> {
      boolean there = blocks.remove(key) != null;
      if (there) {
        watchers.forEach(watcher -> watcher.gone(key));
      }
      return there;
    });
  }

  @Override
  public BlockPage list(@Nullable BlockKey after, int limit) {
    requireOpen();
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be positive: limit=" + limit);
    }
    NavigableMap<BlockKey, Kept> rest = after == null ? blocks : blocks.tailMap(after, false);
    List<StoredBlock> found = rest.values().stream().limit(limit + 1L).map(Kept::describe).toList();
    boolean more = found.size() > limit;
    return new BlockPage(more ? found.subList(0, limit) : found, more);
  }

  @Override
  public void scan(Consumer<StoredBlock> visitor) {
    requireOpen();
    blocks.values().forEach(kept -> visitor.accept(kept.describe()));
  }

  @Override
  public void visit(Consumer<Held> visitor) {
    scan(block -> visitor.accept(new Held(block, true)));
  }

  @Override
  public boolean owns(BlockKey key) {
    return true;
  }

  @Override
  public Optional<EncodedBlock> read(BlockKey key) {
    requireOpen();
    return Optional.ofNullable(blocks.get(key)).map(Kept::block);
  }

  /** Blocks are whole here, always. */
  @Override
  public Swept sweep(Duration grace) {
    return Swept.NOTHING;
  }

  @Override
  public Subscription watch(Watcher watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  @Override
  public StoreStats stats() {
    requireOpen();
    return blocks.values().stream()
        .map(kept -> new StoreStats(1, kept.block().sizeBytes()))
        .reduce(
            new StoreStats(0, 0),
            (a, b) -> new StoreStats(a.blocks() + b.blocks(), a.bytes() + b.bytes()));
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public void close() {
    closed = true;
    blocks.clear();
  }

  private <T extends @Nullable Object> CompletableFuture<T> answer(Supplier<T> action) {
    try {
      requireOpen();
      return CompletableFuture.completedFuture(action.get());
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreException("the memory store is closed");
    }
  }
}
