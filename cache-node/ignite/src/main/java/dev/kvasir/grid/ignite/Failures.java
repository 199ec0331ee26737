package dev.kvasir.grid.ignite;

import dev.kvasir.store.StoreException;
import java.util.concurrent.CompletionException;

/** What callers are told when a blocking call of the grid fails. */
final class Failures {
  private Failures() {}

  /** The store's own exception if that is the cause, or a new one that says what failed. */
  static StoreException of(String what, RuntimeException error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return cause instanceof StoreException known
        ? known
        : new StoreException(what + " failed: " + cause.getMessage(), cause);
  }
}
