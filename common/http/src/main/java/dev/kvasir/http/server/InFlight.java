package dev.kvasir.http.server;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Counts the requests in work, so that a server can stop after the last of them. Thread-safe. */
final class InFlight {
  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private int requests;
  private boolean draining;

  /** Lets a request in; false once the server is stopping. */
  synchronized boolean enter() {
    if (draining) {
      return false;
    }
    requests++;
    return true;
  }

  synchronized void leave() {
    requests--;
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
    idle.copy().completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS).join();
  }

  private void completeIfIdle() {
    if (draining && requests == 0) {
      idle.complete(null);
    }
  }
}
