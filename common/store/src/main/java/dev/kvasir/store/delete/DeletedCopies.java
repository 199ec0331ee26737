package dev.kvasir.store.delete;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops this process's own copies of what is deleted, wherever it keeps any, and confirms it. After
 * the process was cut off from the grid it goes through all tombstones again. Owns its thread.
 */
public final class DeletedCopies implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeletedCopies.class);

  private final Grid grid;
  private final SharedMap map;
  private final List<Holder> holders;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("kvasir-deletions").factory());
  private final Subscription subscription;

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
    this.grid = grid;
    this.map = grid.map(Tombstones.MAP);
    this.holders = List.copyOf(holders);
    subscription = map.watch(new Watching());
    thread.execute(this::dropAll);
  }

  private void dropAll() {
    try {
      map.entries().join().forEach(this::drop);
    } catch (RuntimeException e) {
      LOG.warn("the tombstones could not be read: copies of deleted blocks may stay for now", e);
    }
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
      later(() -> drop(key, value));
    }

    @Override
    public void gone(String key) {}

    @Override
    public void interrupted() {
      later(DeletedCopies.this::dropAll);
    }
  }
}
