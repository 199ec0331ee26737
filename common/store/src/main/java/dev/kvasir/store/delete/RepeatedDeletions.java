package dev.kvasir.store.delete;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Subscription;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes again what was deleted while the grid was split, each time its parts have met. One on
 * each process that holds blocks. Borrows what it works with.
 */
public final class RepeatedDeletions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RepeatedDeletions.class);
  private static final int TRIES = 10;
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  private final Deletions deletions;
  private final Subscription merges;
  private volatile boolean closed;

  /** Listens to the grid. */
  public RepeatedDeletions(Grid grid, Deletions deletions) {
    this.deletions = deletions;
    merges = grid.watchMerges(this::repeat);
  }

  private void repeat() {
    LOG.info("the grid was split: what was deleted meanwhile is deleted again");
    try {
      for (int i = 0; i < TRIES && !closed && !done(); i++) {
        Thread.sleep(BETWEEN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean done() {
    try {
      deletions.repeat();
      return true;
    } catch (RuntimeException e) {
      LOG.warn("deletions could not be repeated after a split: {}", e.getMessage());
      return false;
    }
  }

  @Override
  public void close() {
    closed = true;
    merges.close();
  }
}
