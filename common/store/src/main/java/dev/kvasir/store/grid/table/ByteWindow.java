package dev.kvasir.store.grid.table;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of calls under way; further calls wait in order. A call larger than the window
 * runs alone. Thread-safe; never blocks.
 */
final class ByteWindow {
  private final long limitBytes;
  private final Queue<Call<?>> waiting = new ArrayDeque<>();
  private long inFlightBytes;

  private record Call<T>(
      long bytes, Supplier<CompletableFuture<T>> start, CompletableFuture<T> result) {
    void begin() {
      var _ =
          start
              .get()
              .whenComplete((value, error) -> {
                if (error == null) {
                  result.complete(value);
                } else {
                  result.completeExceptionally(error);
                }
              });
    }
  }

  ByteWindow(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /**
   * Starts the call when there is room. The room is given back when the returned future is done: by
   * the call, or earlier by a deadline of whoever waits for it.
   */
  <T> CompletableFuture<T> run(long bytes, Supplier<CompletableFuture<T>> start) {
    Call<T> call = new Call<>(bytes, start, new CompletableFuture<>());
    synchronized (this) {
      waiting.add(call);
    }
    startAll();
    return call.result();
  }

  synchronized long inFlightBytes() {
    return inFlightBytes;
  }

  private void startAll() {
    for (Call<?> call = next(); call != null; call = next()) {
      long bytes = call.bytes();
      var _ = call.result().whenComplete((value, error) -> release(bytes));
      call.begin();
    }
  }

  private synchronized @Nullable Call<?> next() {
    while (!waiting.isEmpty() && waiting.element().result().isDone()) {
      waiting.remove();
    }
    Call<?> head = waiting.peek();
    if (head == null || (inFlightBytes > 0 && inFlightBytes + head.bytes() > limitBytes)) {
      return null;
    }
    waiting.remove();
    inFlightBytes += head.bytes();
    return head;
  }

  private void release(long bytes) {
    synchronized (this) {
      inFlightBytes -= bytes;
    }
    startAll();
  }
}
