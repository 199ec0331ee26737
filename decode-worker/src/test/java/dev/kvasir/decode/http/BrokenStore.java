package dev.kvasir.decode.http;

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
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store that fails every call. */
final class BrokenStore implements BlockStore {
  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return CompletableFuture.failedFuture(down());
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys) {
    throw down();
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    return CompletableFuture.failedFuture(down());
  }

  @Override
  public CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next) {
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
  public void scan(Consumer<StoredBlock> visitor) {
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
