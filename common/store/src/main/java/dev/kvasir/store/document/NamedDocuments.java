package dev.kvasir.store.document;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.DeadlineStore;
import dev.kvasir.store.StoredBlock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that a stored block knows every document that names it, so that deleting one finds it:
 * the block may have been encoded for another document with the same text. What requests name is
 * gathered for a second, looked up together, and added where it lacks, off every request's path. A
 * block that is not stored yet, or whose info changes meanwhile, is looked at again a few times.
 *
 * <p>Bounded: at most {@value #MAX_WAITING} blocks wait, what is more is left out and counted; a
 * block keeps at most {@value #MAX_DOCUMENTS} documents. Nothing is added that a living tombstone
 * means, if the store is one in which deletions win. Borrows the store. Thread-safe; never blocks
 * but in {@link #close}.
 */
public final class NamedDocuments implements AutoCloseable {
  static final int MAX_WAITING = 10_000;

  /** Documents that a block keeps at most. */
  public static final int MAX_DOCUMENTS = 1_000;

  static final int LOOKS = 5;
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration LAST_LOOK = Duration.ofSeconds(2);

  private final BlockStore store;
  private final Executor later;
  private final LongAdder added = new LongAdder();
  private final LongAdder leftOut = new LongAdder();

  /** Guarded by itself, as are the two below. */
  private final Map<BlockKey, Named> waiting = new HashMap<>();

  private boolean due;
  private boolean closed;

  /**
   * What was named of a block.
   *
   * @param looks how often it is still looked for
   */
  private record Named(Set<DocumentRef> documents, int looks) {
    Named and(Named other) {
      Set<DocumentRef> all = new HashSet<>(documents);
      all.addAll(other.documents);
      return new Named(all, Math.max(looks, other.looks));
    }
  }

  /** Adds to the infos of this store, each second. */
  public NamedDocuments(BlockStore store) {
    this(
        new DeadlineStore(store, DEADLINE),
        CompletableFuture.delayedExecutor(EVERY.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Looks into a store that always answers, when the executor runs what it is given. */
  NamedDocuments(BlockStore store, Executor later) {
    this.store = store;
    this.later = later;
  }

  /** These documents have the block's text. */
  public void named(BlockKey key, Set<DocumentRef> documents) {
    if (!documents.isEmpty()) {
      await(key, new Named(documents, LOOKS));
    }
  }

  private void await(BlockKey key, Named named) {
    synchronized (waiting) {
      if (closed) {
        return;
      }
      if (waiting.size() >= MAX_WAITING && !waiting.containsKey(key)) {
        leftOut.increment();
        return;
      }
      waiting.merge(key, named, Named::and);
      if (due) {
        return;
      }
      due = true;
    }
    later.execute(() -> {
      var _ = look();
    });
  }

  /** Documents that were added to blocks. */
  public long added() {
    return added.sum();
  }

  /** Blocks that were named and not looked up, and blocks that have too many documents. */
  public long leftOut() {
    return leftOut.sum();
  }

  private CompletableFuture<Void> look() {
    Map<BlockKey, Named> named;
    synchronized (waiting) {
      due = false;
      named = Map.copyOf(waiting);
      waiting.clear();
    }
    return named.isEmpty()
        ? CompletableFuture.completedFuture(null)
        : store
            .describe(named.keySet())
            .exceptionally(_ -> Map.of())
            .thenCompose(found -> addAll(named, found));
  }

  private CompletableFuture<Void> addAll(
      Map<BlockKey, Named> named, Map<BlockKey, StoredBlock> found) {
    return CompletableFuture.allOf(
        named.entrySet().stream()
            .map(entry -> add(entry.getKey(), entry.getValue(), found.get(entry.getKey())))
            .toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> add(BlockKey key, Named named, @Nullable StoredBlock stored) {
    if (stored == null) {
      lookAgain(key, named);
      return CompletableFuture.completedFuture(null);
    }
    Set<DocumentRef> before = stored.info().documents();
    Set<DocumentRef> all = new HashSet<>(before);
    if (!all.addAll(named.documents())) {
      return CompletableFuture.completedFuture(null);
    }
    if (all.size() > MAX_DOCUMENTS) {
      leftOut.increment();
      return CompletableFuture.completedFuture(null);
    }
    return store
        .replace(key, stored.info(), stored.info().withDocuments(all))
        .exceptionally(_ -> false)
        .thenAccept(done -> {
          if (done) {
            added.add(all.size() - before.size());
          } else {
            lookAgain(key, named);
          }
        });
  }

  private void lookAgain(BlockKey key, Named named) {
    if (named.looks() > 1) {
      await(key, new Named(named.documents(), named.looks() - 1));
    }
  }

  /** Looks once more at what waits, for two seconds at most. */
  @Override
  public void close() {
    synchronized (waiting) {
      closed = true;
    }
    look()
        .completeOnTimeout(null, LAST_LOOK.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(_ -> null)
        .join();
  }
}
