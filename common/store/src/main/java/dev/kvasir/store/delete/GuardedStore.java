package dev.kvasir.store.delete;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.ForwardingStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.ReadBlock;
import dev.kvasir.store.RecordSink;
import dev.kvasir.store.StoredBlock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A store in which a deletion wins over every write that began before it: a put or another info
 * looks for tombstones before it is made and once more after it, and a reader is given nothing that
 * a tombstone means. So from the moment a tombstone is written nobody reads what it took away, and
 * every late write is undone by its writer. Borrows the store behind it. Thread-safe.
 */
public final class GuardedStore extends ForwardingStore {
  private final Tombstones tombstones;

  public GuardedStore(BlockStore store, Tombstones tombstones) {
    super(store);
    this.tombstones = tombstones;
  }

  @Override
  public CompletableFuture<Long> generation() {
    return tombstones.generation();
  }

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return surviving(block.key(), info)
        .thenCompose(left ->
            left.isEmpty()
                ? CompletableFuture.completedFuture(PutOutcome.REFUSED)
                : behind()
                    .put(block, left.get())
                    .thenCompose(_ -> confirm(block.key(), left.get())));
  }

  /** Undoes what was written if a tombstone came meanwhile. */
  private CompletableFuture<PutOutcome> confirm(BlockKey key, BlockInfo written) {
    return surviving(key, written)
        .thenCompose(left -> {
          if (left.isEmpty()) {
            return behind().remove(key).thenApply(_ -> PutOutcome.REFUSED);
          }
          return left.get().equals(written)
              ? CompletableFuture.completedFuture(PutOutcome.STORED)
              : behind().replace(key, written, left.get()).thenApply(_ -> PutOutcome.STORED);
        });
  }

  /** Adds nothing that a tombstone takes away from a block as old as this one. */
  @Override
  public CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next) {
    return surviving(key, next)
        .thenCompose(left ->
            left.isEmpty() || left.get().equals(expected)
                ? CompletableFuture.completedFuture(false)
                : replaceAndConfirm(key, expected, left.get()));
  }

  private CompletableFuture<Boolean> replaceAndConfirm(
      BlockKey key, BlockInfo expected, BlockInfo next) {
    return behind()
        .replace(key, expected, next)
        .thenCompose(done ->
            done
                ? confirm(key, next).thenApply(outcome -> outcome == PutOutcome.STORED)
                : CompletableFuture.completedFuture(false));
  }

  private CompletableFuture<Optional<BlockInfo>> surviving(BlockKey key, BlockInfo info) {
    return tombstones
        .surviving(Map.of(key, info))
        .thenApply(left -> left.getOrDefault(key, Optional.empty()));
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys) {
    CompletableFuture<Long> latest = tombstones.latest();
    return judged(behind().read(keys), latest, ReadBlock::stored);
  }

  /** A deleted block's records may be handed over, but its pull says that there is none. */
  @Override
  public Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pull(
      Collection<BlockKey> keys, RecordSink sink) {
    CompletableFuture<Long> latest = tombstones.latest();
    return judged(behind().pull(keys, sink), latest, stored -> stored);
  }

  /**
   * Each block by what the store knew of the very bytes that it gave: copies of a grid's entry may
   * differ while nodes come and go, so a second look might be at another write.
   *
   * @param latest looked up after the call began, so that it counts whatever was deleted before
   */
  private <T> Map<BlockKey, CompletableFuture<Optional<T>>> judged(
      Map<BlockKey, CompletableFuture<Optional<T>>> reads,
      CompletableFuture<Long> latest,
      Function<T, StoredBlock> stored) {
    Map<BlockKey, CompletableFuture<Optional<T>>> answers = HashMap.newHashMap(reads.size());
    reads.forEach((key, read) ->
        answers.put(
            key,
            read.thenCompose(found ->
                found.isEmpty()
                    ? CompletableFuture.completedFuture(found)
                    : tombstones
                        .surviving(latest, Map.of(key, stored.apply(found.get()).info()))
                        .thenApply(left -> found.filter(_ -> isLiving(key, left))))));
    return answers;
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    return behind()
        .describe(keys)
        .thenCompose(found -> {
          if (found.isEmpty()) {
            return CompletableFuture.completedFuture(found);
          }
          Map<BlockKey, BlockInfo> infos =
              found.values().stream()
                  .collect(Collectors.toMap(StoredBlock::key, StoredBlock::info));
          return tombstones.surviving(infos).thenApply(left -> living(found, left));
        });
  }

  private static Map<BlockKey, StoredBlock> living(
      Map<BlockKey, StoredBlock> found, Map<BlockKey, Optional<BlockInfo>> left) {
    return found.values().stream()
        .filter(block -> isLiving(block.key(), left))
        .collect(Collectors.toUnmodifiableMap(StoredBlock::key, block -> block));
  }

  private static boolean isLiving(BlockKey key, Map<BlockKey, Optional<BlockInfo>> left) {
    return left.getOrDefault(key, Optional.empty()).isPresent();
  }
}
