package dev.kvasir.store.delete;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops this process's own copies of what is deleted, wherever it keeps any, and confirms it. After
 * the process was cut off from the grid it goes through all tombstones again, and so it does every
 * now and then while it cannot read them, or a copy cannot be dropped. Owns its thread.
 */
public final class DeletedCopies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeletedCopies.class);

  private static final Duration AGAIN = Duration.ofSeconds(2);

  private final Grid grid;
  private final Duration again;
  private final SharedMap map;
  private final List<Holder> holders;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("kvasir-deletions").factory());
  private final Subscription subscription;

  /** These belong to the thread. */
  private long failures;

  private boolean waits;
  private boolean complained;

  /** Keeps copies of blocks outside the memory of the grid. */
  public interface Holder {
    /** Drops every copy that the selector means of earlier generations. May block. */
    void drop(Selector selector, long generation);

    /**
     * The files that went because of this tombstone, by {@link #drop} or before it, for the
     * receipt. A holder that may drop more than is meant, since it only saves time, says nothing.
     */
    default Removed removed(Selector selector, long generation) {
      return Removed.NOTHING;
    }
  }

  /** Listens to the grid's tombstones. */
  public DeletedCopies(Grid grid, List<Holder> holders) {
    this(grid, holders, AGAIN);
  }

  /** Waits for so long before it tries again. */
  DeletedCopies(Grid grid, List<Holder> holders, Duration again) {
    this.grid = grid;
    this.again = again;
    this.map = grid.map(Tombstones.MAP);
    this.holders = List.copyOf(holders);
    subscription = map.watch(new Watching());
    thread.execute(this::dropAll);
  }

  private void dropAll() {
    long before = failures;
    attempt(() -> map.entries().join().forEach((key, value) -> attempt(() -> drop(key, value))));
    complained &= failures > before;
  }

  /** What fails is done again with all tombstones. */
  private void attempt(Runnable drops) {
    try {
      drops.run();
    } catch (RuntimeException e) {
      failures++;
      complain(e);
      tryAgain();
    }
  }

  private void tryAgain() {
    if (waits) {
      return;
    }
    waits = true;
    CompletableFuture.delayedExecutor(again.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> later(this::waited));
  }

  private void waited() {
    waits = false;
    dropAll();
  }

  /** Once until all is well again. */
  private void complain(RuntimeException e) {
    if (!complained) {
      LOG.warn("copies of deleted blocks may stay here until the grid is asked again: {}", why(e));
    }
    complained = true;
  }

  private static String why(RuntimeException e) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    return cause.toString();
  }

  private void drop(String key, String generation) {
    Tombstones.parse(Map.entry(key, generation))
        .ifPresent(tombstone -> {
          Removed files = Removed.NOTHING;
          for (Holder holder : holders) {
            holder.drop(tombstone.selector(), tombstone.generation());
            files = files.and(holder.removed(tombstone.selector(), tombstone.generation()));
          }
          grid.topic(Confirmations.TOPIC)
              .publish(Confirmations.message(tombstone.generation(), files, grid.self()));
        });
  }

  /** The grid may tell of a change while this is closed. */
  private void later(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException closed) {
      LOG.debug("closed: a tombstone drops nothing here any more");
    }
  }

  /** Ends listening; what was begun is finished. */
  @Override
  public void close() {
    subscription.close();
    thread.close();
  }

  private final class Watching implements SharedMap.Watcher {
    @Override
    public void changed(String key, String value) {
      later(() -> attempt(() -> drop(key, value)));
    }

    @Override
    public void gone(String key) {}

    @Override
    public void interrupted() {
      later(DeletedCopies.this::dropAll);
    }
  }
}
