package dev.kvasir.store;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds encoded blocks as opaque bytes under their keys. Blocks are immutable: a second put of a
 * key is harmless and its info wins. A read either returns every record of a block or nothing; what
 * the bytes mean is for the codec to check. Thread-safe. Futures complete exceptionally with {@link
 * StoreException}.
 */
public interface BlockStore extends AutoCloseable {

  /**
   * The generation to which an encoding belongs that begins after this call; deletions start the
   * next one. 0 in a store without deletion.
   */
  default CompletableFuture<Long> generation() {
    return CompletableFuture.completedFuture(0L);
  }

  /** Completes when the block is stored as durably as the store promises. */
  CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info);

  /**
   * Starts reading all given blocks at once, at most a bounded number of bytes in flight; every
   * future completes on its own, empty where the store has no complete block.
   */
  Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys);

  /** The bytes alone of what {@link #read} gives. */
  default Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> get(Collection<BlockKey> keys) {
    Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> answers =
        HashMap.newHashMap(keys.size());
    read(keys)
        .forEach(
            (key, read) -> answers.put(key, read.thenApply(found -> found.map(ReadBlock::block))));
    return answers;
  }

  /**
   * Starts reading all given blocks at once and hands each record to the sink as it comes, keeping
   * none: the first records of all blocks before their last ones, where the store reads records one
   * by one. What the sink was given counts only once the block's future says so.
   *
   * @return for each key what the store knew of the block whose every record the sink was given;
   *     empty where the store has no complete block, although some of it may have been handed over,
   *     or where the sink stopped wanting it. If the block was written anew meanwhile, that of the
   *     newer write, whose bytes its key makes the same
   */
  default Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pull(
      Collection<BlockKey> keys, RecordSink sink) {
    Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> answers =
        HashMap.newHashMap(keys.size());
    read(keys)
        .forEach((key, read) ->
            answers.put(
                key,
                read.thenApply(found ->
                    found.filter(block -> sink.acceptAll(block.block())).map(ReadBlock::stored))));
    return answers;
  }

  /** What is known of those of the given keys whose blocks are stored. */
  CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys);

  /** Those of the given keys whose blocks are stored. */
  default CompletableFuture<Set<BlockKey>> contains(Collection<BlockKey> keys) {
    return describe(keys).thenApply(found -> Set.copyOf(found.keySet()));
  }

  /**
   * Gives a stored block another info, if it has the expected one; atomic.
   *
   * @return false if the block is gone or its info is another
   */
  CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next);

  /** Removes every record of the block; true if there was one. */
  CompletableFuture<Boolean> remove(BlockKey key);

  /** Removes a block whose bytes are damaged; true if there was one. */
  default CompletableFuture<Boolean> quarantine(BlockKey key) {
    return remove(key);
  }

  /** Up to {@code limit} stored keys in key order, from the first one after {@code after}. */
  BlockPage list(@Nullable BlockKey after, int limit);

  /** Hands every stored block to the visitor, in no order; blocks until it is through. */
  void scan(Consumer<StoredBlock> visitor);

  StoreStats stats();

  /** Name of the store in logs, metrics and answers: that of the product behind it. */
  String name();

  @Override
  void close();
}
