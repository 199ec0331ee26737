package dev.kvasir.decode.testing;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.ForwardingStore;
import dev.kvasir.store.ReadBlock;
import dev.kvasir.store.RecordSink;
import dev.kvasir.store.StoredBlock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Pulls record by record, and something happens to one record of one block. */
public final class FatefulStore extends ForwardingStore {
  /** What happens to the record. */
  public enum Fate {
    /** Nothing. */
    COMES,
    /** It is gone. */
    LOST,
    /** A bit of it has changed. */
    DAMAGED,
    /** Reading it fails. */
    FAILS,
    /** It does not come before {@link FatefulStore#release()}. */
    LATE
  }

  /** A record that has a fate. */
  public record Place(BlockKey key, int index, Fate fate) {}

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Place place;
  private final BooleanSupplier due;
  private final CompletableFuture<Void> released = new CompletableFuture<>();

  /**
   * Over a store that is in a good mood.
   *
   * @param due until when the record waits for its fate; 5 seconds at most
   */
  public FatefulStore(BlockStore store, Place place, BooleanSupplier due) {
    super(store);
    this.place = place;
    this.due = due;
  }

  /** Lets the late record come. */
  public void release() {
    released.complete(null);
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pull(
      Collection<BlockKey> keys, RecordSink sink) {
    Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> answers = new HashMap<>();
    for (BlockKey key : keys) {
      CompletableFuture<Optional<StoredBlock>> answer = new CompletableFuture<>();
      answers.put(key, answer);
      Thread.startVirtualThread(() -> {
        try {
          answer.complete(hand(key, sink));
        } catch (RuntimeException e) {
          answer.completeExceptionally(e);
        }
      });
    }
    return answers;
  }

  private Optional<StoredBlock> hand(BlockKey key, RecordSink sink) {
    return Objects.requireNonNull(behind().read(List.of(key)).get(key))
        .join()
        .filter(found -> hand(found.block(), sink))
        .map(ReadBlock::stored);
  }

  private boolean hand(EncodedBlock block, RecordSink sink) {
    BlockKey key = block.key();
    List<byte[]> records = Blocks.records(block);
    for (int i = 0; i < records.size(); i++) {
      boolean here = key.equals(place.key()) && i == place.index();
      if (here && !survives()) {
        return false;
      }
      if (!sink.wants(key)) {
        return false;
      }
      boolean flip = here && place.fate() == Fate.DAMAGED;
      sink.accept(key, i, flip ? flipped(records.get(i)) : records.get(i));
    }
    return true;
  }

  private boolean survives() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!due.getAsBoolean() && System.nanoTime() < end) {
      LockSupport.parkNanos(100_000);
    }
    return switch (place.fate()) {
      case LOST -> false;
      case COMES, DAMAGED -> true;
      case FAILS -> throw new IllegalStateException("told to fail");
      case LATE -> {
        released.join();
        yield true;
      }
    };
  }

  private static byte[] flipped(byte[] record) {
    byte[] copy = record.clone();
    copy[copy.length / 2] ^= 4;
    return copy;
  }
}
