package dev.kvasir.store;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store that hands every call to another one; what a store adds to the one behind it, it
 * overrides. Borrows the store behind it.
 */
public abstract class ForwardingStore implements BlockStore {
  private final BlockStore behind;

  protected ForwardingStore(BlockStore behind) {
    this.behind = behind;
  }

  protected final BlockStore behind() {
    return behind;
  }

  @Override
  public CompletableFuture<Long> generation() {
    return behind.generation();
  }

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return behind.put(block, info);
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys) {
    return behind.read(keys);
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pull(
      Collection<BlockKey> keys, RecordSink sink) {
    return behind.pull(keys, sink);
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    return behind.describe(keys);
  }

  @Override
  public CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next) {
    return behind.replace(key, expected, next);
  }

  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    return behind.remove(key);
  }

  @Override
  public CompletableFuture<Boolean> quarantine(BlockKey key) {
    return behind.quarantine(key);
  }

  @Override
  public BlockPage list(@Nullable BlockKey after, int limit) {
    return behind.list(after, limit);
  }

  @Override
  public void scan(Consumer<StoredBlock> visitor) {
    behind.scan(visitor);
  }

  @Override
  public StoreStats stats() {
    return behind.stats();
  }

  @Override
  public String name() {
    return behind.name();
  }

  /** Leaves the store behind open: it belongs to whoever opened it. */
  @Override
  public void close() {}
}
