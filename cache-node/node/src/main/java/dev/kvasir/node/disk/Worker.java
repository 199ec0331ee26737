package dev.kvasir.node.disk;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that changes a node's files and says so to the grid, in order. A task that fails
 * is logged and counted, and the next one runs. Owns the thread.
 */
final class Worker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration GRID_PATIENCE = Duration.ofSeconds(30);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

  private final ScheduledThreadPoolExecutor thread;
  private final DiskMetrics metrics;

  /** What the thread does; it may fail in any way. */
  interface Task {
    void run() throws Exception;
  }

  Worker(DiskMetrics metrics) {
    this.metrics = metrics;
    thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("kvasir-disk").factory());
  }

  /** Runs it after everything that waits; not at all if the worker is closed. */
  CompletableFuture<Void> execute(String what, Task task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      thread.execute(() -> run(what, task, done));
    } catch (RejectedExecutionException e) {
      done.completeExceptionally(e);
    }
    return done;
  }

  void later(String what, Task task, Duration delay) {
    var _ =
        thread.schedule(
            () -> run(what, task, new CompletableFuture<>()),
            delay.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  void every(String what, Task task, Duration period) {
    var _ =
        thread.scheduleWithFixedDelay(
            () -> run(what, task, new CompletableFuture<>()),
            period.toMillis(),
            period.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void run(String what, Task task, CompletableFuture<Void> done) {
    try {
      task.run();
      done.complete(null);
    } catch (Exception e) {
      metrics.failed(what);
      log.warn("disk tier: {} failed", what, e);
      done.completeExceptionally(e);
    }
  }

  /** Waits for what the grid answers, within bounds. */
  static <T> T await(CompletableFuture<T> answer) {
    return answer.orTimeout(GRID_PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /** Finishes what waits if that is soon done, and stops. */
  @Override
  public void close() {
    try {
      execute("end", () -> {}).get(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.warn("disk tier: blocks that were to be written are left out");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.shutdownNow();
  }
}
