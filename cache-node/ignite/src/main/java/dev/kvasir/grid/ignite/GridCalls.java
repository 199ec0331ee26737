package dev.kvasir.grid.ignite;

import dev.kvasir.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.ignite.lang.IgniteFuture;

/**
 * Runs calls of the grid so that no caller ever waits in them: a call starts on its own virtual
 * thread, because the grid may block even in its asynchronous methods while the topology changes,
 * and answers are handed out on virtual threads, because the grid's own threads must not run what
 * callers attach to a future. Thread-safe.
 */
final class GridCalls {
  private final Executor threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("kvasir-ignite-", 0).factory());

  /** Starts an asynchronous grid call. */
  <T> CompletableFuture<T> start(Supplier<IgniteFuture<T>> call) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    threads.execute(() -> {
      try {
        call.get().listenAsync(done -> complete(answer, done), Runnable::run);
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return answer;
  }

  /** Runs a blocking grid call. */
  <T> CompletableFuture<T> run(Supplier<T> call) {
    return CompletableFuture.supplyAsync(call, threads);
  }

  /** The work's answer, or a {@link StoreException} if it fails or the deadline passes. */
  <T> CompletableFuture<T> answer(String what, CompletableFuture<T> work, Duration deadline) {
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

  private static StoreException failure(String what, Throwable error, Duration deadline) {
    Throwable cause = error;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof StoreException known) {
      return known;
    }
    if (cause instanceof TimeoutException) {
      return new StoreException(
          "ignite: %s took longer than %d ms".formatted(what, deadline.toMillis()), cause);
    }
    return new StoreException("ignite: %s failed: %s".formatted(what, cause.getMessage()), cause);
  }

  private static <T> void complete(CompletableFuture<T> answer, IgniteFuture<T> done) {
    try {
      answer.complete(done.get());
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }
}
