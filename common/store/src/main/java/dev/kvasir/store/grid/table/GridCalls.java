package dev.kvasir.store.grid.table;

import dev.kvasir.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Runs calls of a grid so that no caller ever waits in them: a call starts on its own virtual
 * thread, because grids may block even in their asynchronous methods while the topology changes,
 * and answers are handed out on virtual threads, because a grid's own threads must not run what
 * callers attach to a future. Thread-safe.
 */
public final class GridCalls {
  private final String grid;
  private final Executor threads;

  /**
   * @param grid name of the grid in messages and thread names
   */
  public GridCalls(String grid) {
    this.grid = grid;
    this.threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("kvasir-" + grid + "-", 0).factory());
  }

  /** Name of the grid. */
  public String grid() {
    return grid;
  }

  /** Starts an asynchronous grid call. */
  public <T> CompletableFuture<T> start(Supplier<? extends CompletionStage<T>> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    threads.execute(() -> {
      try {
        var _ =
            call.get().whenCompleteAsync((value, error) -> complete(answer, value, error), threads);
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return answer;
  }

  private static <T> void complete(CompletableFuture<T> answer, T value, Throwable error) {
    if (error == null) {
      answer.complete(value);
    } else {
      answer.completeExceptionally(error);
    }
  }

  /** Runs a blocking grid call. */
  public <T> CompletableFuture<T> run(Supplier<T> call) {
    return CompletableFuture.supplyAsync(call, threads);
  }

  /** The work's answer, or a {@link StoreException} if it fails or the deadline passes. */
  public <T> CompletableFuture<T> answer(
      String what, CompletableFuture<T> work, Duration deadline) {
    return work.orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS)
        .handleAsync(
            (value, error) -> {
              if (error != null) {
                throw failure(what, error, deadline);
              }
              return value;
            },
            threads);
  }

  /**
   * Waits for an answer.
   *
   * @throws StoreException if it failed
   */
  public <T> T join(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StoreException known
          ? known
          : new StoreException(grid + ": call failed", e);
    }
  }

  private StoreException failure(String what, Throwable error, Duration deadline) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof StoreException known) {
      return known;
    }
    if (cause instanceof TimeoutException) {
      return new StoreException(
          "%s: %s took longer than %d ms".formatted(grid, what, deadline.toMillis()), cause);
    }
    return new StoreException("%s: %s failed: %s".formatted(grid, what, cause.getMessage()), cause);
  }
}
