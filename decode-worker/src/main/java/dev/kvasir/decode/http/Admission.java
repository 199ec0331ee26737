package dev.kvasir.decode.http;

import dev.kvasir.http.error.ApiException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Lets a bounded number of requests work at once. Thread-safe. */
final class Admission {
  private final Semaphore free;

  Admission(int requests) {
    this.free = new Semaphore(requests);
  }

  /**
   * A slot, which its owner closes when the work has ended.
   *
   * @throws ApiException (429) if all are taken
   */
  Slot enter() {
    if (!free.tryAcquire()) {
      throw ApiException.overloaded();
    }
    return new Slot();
  }

  /** The right to work on one request; closing it twice is harmless. */
  final class Slot implements AutoCloseable {
    private final AtomicBoolean open = new AtomicBoolean(true);

    @Override
    public void close() {
      if (open.getAndSet(false)) {
        free.release();
      }
    }
  }
}
