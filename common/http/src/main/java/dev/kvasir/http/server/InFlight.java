package dev.kvasir.http.server;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Knows the requests in work by their connections, so that a server can stop after the last of
 * them. Thread-safe.
 */
final class InFlight {
  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private final List<HttpConnection> requests = new ArrayList<>();
  private boolean draining;

  /** Lets a request in; false once the server is stopping. */
  synchronized boolean enter(HttpConnection connection) {
    return !draining && requests.add(connection);
  }

  synchronized void leave(HttpConnection connection) {
    requests.remove(connection);
    completeIfIdle();
  }

  synchronized boolean isDraining() {
    return draining;
  }

  /** Lets nobody in any more, and waits until all have left or the time is over. */
  void drain(Duration patience) {
    synchronized (this) {
      draining = true;
      completeIfIdle();
    }
    awaitIdle(patience);
  }

  /** Ends the connections of those who are still there, and waits until they have left. */
  void abort(Duration patience) {
    List<HttpConnection> left;
    synchronized (this) {
      left = List.copyOf(requests);
    }
    left.forEach(Connections::abort);
    awaitIdle(patience);
  }

  private void awaitIdle(Duration patience) {
    idle.copy().completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS).join();
  }

  private void completeIfIdle() {
    if (draining && requests.isEmpty()) {
      idle.complete(null);
    }
  }
}
