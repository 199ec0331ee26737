package dev.kvasir.store.grid.table;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after another in the order in which they came, each on a virtual thread: so a
 * watcher hears of changes in their order and never on a thread that the grid needs. Thread-safe;
 * never blocks.
 */
public final class InTurn implements Executor {
  private static final Logger log = LoggerFactory.getLogger(InTurn.class);

  private final ThreadFactory threads;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  /**
   * @param grid name of the grid in thread names
   */
  public InTurn(String grid) {
    this.threads = Thread.ofVirtual().name("kvasir-" + grid + "-turn-", 0).factory();
  }

  @Override
  public void execute(Runnable task) {
    synchronized (waiting) {
      waiting.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    threads.newThread(this::runAll).start();
  }

  private void runAll() {
    for (Runnable task = next(); task != null; task = next()) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        log.warn("a listener of the grid failed", e);
      }
    }
  }

  private @Nullable Runnable next() {
    synchronized (waiting) {
      Runnable task = waiting.poll();
      running = task != null;
      return task;
    }
  }
}
