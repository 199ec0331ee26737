package dev.kvasir.decode.http;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.ForwardingStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.ReadBlock;
import dev.kvasir.store.RecordSink;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.memory.MemoryBlockStore;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A store that remembers every key it was asked for. */
final class WatchedStore extends ForwardingStore {
  final Set<BlockKey> asked = ConcurrentHashMap.newKeySet();

  WatchedStore() {
    super(new MemoryBlockStore());
  }

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    asked.add(block.key());
    return super.put(block, info);
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys) {
    asked.addAll(keys);
    return super.read(keys);
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pull(
      Collection<BlockKey> keys, RecordSink sink) {
    asked.addAll(keys);
    return super.pull(keys, sink);
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    asked.addAll(keys);
    return super.describe(keys);
  }
}
