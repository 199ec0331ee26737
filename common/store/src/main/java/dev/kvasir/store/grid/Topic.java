package dev.kvasir.store.grid;

import java.util.function.Consumer;

/**
 * Messages to every process in the grid, the sender included. Best effort: who is cut off misses
 * them. Thread-safe.
 */
public interface Topic {

  /** Sends and does not wait; a message that cannot be sent is dropped. */
  void publish(String message);

  /** Hands every message to the listener, which must not block, until it is closed. */
  Subscription subscribe(Consumer<String> listener);
}
