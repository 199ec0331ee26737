package dev.kvasir.decode.http;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockPage;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.StoreStats;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A store that fails every call. */
final class BrokenStore implements BlockStore {
  @Override
  public CompletableFuture<Void> put(EncodedBlock block) {
    return CompletableFuture.failedFuture(down());
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> get(Collection<BlockKey> keys) {
    throw down();
  }

  @Override
  public CompletableFuture<Set<BlockKey>> contains(Collection<BlockKey> keys) {
    return CompletableFuture.failedFuture(down());
  }

  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    return CompletableFuture.failedFuture(down());
  }

  @Override
  public BlockPage list(@Nullable BlockKey after, int limit) {
    throw down();
  }

  @Override
  public StoreStats stats() {
    throw down();
  }

  @Override
  public String name() {
    return "broken";
  }

  @Override
  public void close() {}

  private static StoreException down() {
    return new StoreException("the store is down");
  }
}
