package dev.kvasir.warmup.job;

import dev.kvasir.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for a grid. */
public final class Answers {
  private Answers() {}

  /**
   * What the future gives.
   *
   * @throws StoreException if the grid does not answer
   */
  public static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StoreException failed
          ? failed
          : new StoreException("the grid failed: " + e.getCause(), e);
    }
  }
}
