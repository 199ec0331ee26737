package dev.kvasir.prefill.testing;

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
import dev.kvasir.store.memory.MemoryBlockStore;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A memory store that can be told to misbehave. */
public final class WaywardStore implements BlockStore {
  /** What it does when it is called. */
  public enum Mood {
    GOOD,
    /** Futures fail. */
    FAILS,
    /** Calls throw. */
    THROWS,
    /** Futures never complete. */
    SILENT,
    /** Futures complete once it is {@link #release released}. */
    HELD,
    /** Calls do not return until the store is closed. */
    STUCK,
    /** Says that it has nothing, and takes nothing. */
    EMPTY,
    /** Hands out bytes that are no block. */
    GARBAGE,
    /** A read completes with null, which no store may do. */
    NULL,
    /** A read answers without the keys that were asked for. */
    FORGETFUL
  }

  private final MemoryBlockStore blocks = new MemoryBlockStore();
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger gets = new AtomicInteger();
  private volatile Mood mood = Mood.GOOD;

  public void turn(Mood next) {
    mood = next;
  }

  /** Answers all that it was asked while it was {@link Mood#HELD}, and what it is asked then. */
  public void release() {
    released.complete(null);
  }

  /** What it holds, whatever its mood. */
  public MemoryBlockStore blocks() {
    return blocks;
  }

  /** The block it holds, whatever its mood. */
  public Optional<EncodedBlock> stored(BlockKey key) {
    CompletableFuture<Optional<EncodedBlock>> found = blocks.get(Set.of(key)).get(key);
    return found == null ? Optional.empty() : found.join();
  }

  public int gets() {
    return gets.get();
  }

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return answer(
        () -> blocks.put(block, info), CompletableFuture.completedFuture(PutOutcome.STORED));
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys) {
    gets.incrementAndGet();
    Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> found = new HashMap<>();
    for (BlockKey key : keys) {
      found.put(
          key,
          switch (mood) {
            case GARBAGE -> CompletableFuture.completedFuture(Optional.of(garbage(key)));
            case NULL -> CompletableFuture.completedFuture(null);
            default ->
                answer(
                    () -> Objects.requireNonNull(blocks.read(Set.of(key)).get(key)),
                    CompletableFuture.completedFuture(Optional.empty()));
          });
    }
    return mood == Mood.FORGETFUL ? Map.of() : found;
  }

  private static ReadBlock garbage(BlockKey key) {
    EncodedBlock block = new EncodedBlock(key, new byte[] {1, 2, 3}, List.of(new byte[99]));
    BlockInfo info = new BlockInfo("model", "public", 0, Set.of(), Instant.EPOCH);
    return new ReadBlock(block, new StoredBlock(key, 1, block.sizeBytes(), info));
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    return answer(() -> blocks.describe(keys), CompletableFuture.completedFuture(Map.of()));
  }

  @Override
  public CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next) {
    return answer(
        () -> blocks.replace(key, expected, next), CompletableFuture.completedFuture(false));
  }

  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    return answer(() -> blocks.remove(key), CompletableFuture.completedFuture(false));
  }

  @Override
  public BlockPage list(@Nullable BlockKey after, int limit) {
    return blocks.list(after, limit);
  }

  @Override
  public void scan(Consumer<StoredBlock> visitor) {
    blocks.scan(visitor);
  }

  @Override
  public StoreStats stats() {
    return blocks.stats();
  }

  @Override
  public String name() {
    return "wayward";
  }

  /** Lets stuck calls go. */
  @Override
  public void close() {
    closed.countDown();
    blocks.close();
  }

  private <T> CompletableFuture<T> answer(
      Supplier<CompletableFuture<T>> good, CompletableFuture<T> empty) {
    return switch (mood) {
      case GOOD, FORGETFUL, GARBAGE, NULL -> good.get();
      case EMPTY -> empty;
      case FAILS -> CompletableFuture.failedFuture(new StoreException("told to fail"));
      case THROWS -> throw new StoreException("told to throw");
      case HELD -> released.thenCompose(_ -> good.get());
      case SILENT -> new CompletableFuture<>();
      case STUCK -> stuck();
    };
  }

  private <T> CompletableFuture<T> stuck() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new StoreException("was stuck");
  }
}
