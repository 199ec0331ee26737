package dev.kvasir.store;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockPage.StoredBlock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps blocks on this JVM's heap, without a bound and until it is closed: for tests and for a
 * single process without a grid. Thread-safe; every future is complete when it is returned.
 */
public final class MemoryBlockStore implements BlockStore {
  private final ConcurrentNavigableMap<BlockKey, EncodedBlock> blocks =
      new ConcurrentSkipListMap<>();
  private volatile boolean closed;

  @Override
  public CompletableFuture<Void> put(EncodedBlock block) {
    return answer(() -> {
      blocks.put(block.key(), block);
      return null;
    });
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> get(Collection<BlockKey> keys) {
    Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> answers =
        HashMap.newHashMap(keys.size());
    for (BlockKey key : keys) {
      answers.put(key, answer(() -> Optional.ofNullable(blocks.get(key))));
    }
    return answers;
  }

  @Override
  public CompletableFuture<Set<BlockKey>> contains(Collection<BlockKey> keys) {
    return answer(
        () -> keys.stream().filter(blocks::containsKey).collect(Collectors.toUnmodifiableSet()));
  }

  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    return answer(() -> blocks.remove(key) != null);
  }

  @Override
  public BlockPage list(@Nullable BlockKey after, int limit) {
    requireOpen();
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be positive: limit=" + limit);
    }
    NavigableMap<BlockKey, EncodedBlock> rest =
        after == null ? blocks : blocks.tailMap(after, false);
    List<StoredBlock> found =
        rest.values().stream().limit(limit + 1L).map(MemoryBlockStore::describe).toList();
    boolean more = found.size() > limit;
    return new BlockPage(more ? found.subList(0, limit) : found, more);
  }

  @Override
  public StoreStats stats() {
    requireOpen();
    return blocks.values().stream()
        .map(block -> new StoreStats(1, block.sizeBytes()))
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

  private static StoredBlock describe(EncodedBlock block) {
    return new StoredBlock(block.key(), block.chunks().size(), block.sizeBytes());
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
