package dev.kvasir.grid.ignite;

import java.util.concurrent.CompletableFuture;
import org.apache.ignite.lang.IgniteFuture;

/** The grid's futures as the JDK's. */
final class IgniteFutures {
  private IgniteFutures() {}

  /** Completes on the grid's thread with what the future completes with. */
  static <T> CompletableFuture<T> stage(IgniteFuture<T> future) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    future.listenAsync(done -> complete(answer, done), Runnable::run);
    return answer;
  }

  private static <T> void complete(CompletableFuture<T> answer, IgniteFuture<T> done) {
    try {
      answer.complete(done.get());
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }
}
