package dev.kvasir.store.grid.table;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of calls under way; further calls wait in order. A call larger than the window
 * runs alone. No call starts while it is closed. Thread-safe; never blocks.
 */
public final class ByteWindow {
  private final long limitBytes;
  private final BooleanSupplier open;
  private final Queue<Call<?>> waiting = new ArrayDeque<>();
  private final AtomicInteger wanted = new AtomicInteger();
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

  /** At most that many bytes under way. */
  public ByteWindow(long limitBytes) {
    this(limitBytes, () -> true);
  }

  /**
   * At most that many bytes under way, and none more while it is not open; {@link #wake} when it
   * opens.
   */
  public ByteWindow(long limitBytes, BooleanSupplier open) {
    this.limitBytes = limitBytes;
    this.open = open;
  }

  /**
   * Starts the call when there is room. The room is given back when the returned future is done: by
   * the call, or earlier by a deadline of whoever waits for it.
   */
  public <T> CompletableFuture<T> run(long bytes, Supplier<CompletableFuture<T>> start) {
    Call<T> call = new Call<>(bytes, start, new CompletableFuture<>());
    synchronized (this) {
      waiting.add(call);
    }
    startAll();
    return call.result();
  }

  /** The same; a call that is not done by the deadline fails then, and gives its room back. */
  public <T> CompletableFuture<T> run(
      long bytes, Duration deadline, Supplier<CompletableFuture<T>> start) {
    return run(bytes, start).orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Starts what waits, if it may. */
  public void wake() {
    startAll();
  }

  synchronized long inFlightBytes() {
    return inFlightBytes;
  }

  /** One thread at a time starts calls, so that calls that end at once never nest. */
  private void startAll() {
    if (wanted.getAndIncrement() > 0) {
      return;
    }
    int seen = 1;
    do {
      for (Call<?> call = next(); call != null; call = next()) {
        long bytes = call.bytes();
        var _ = call.result().whenComplete((value, error) -> release(bytes));
        call.begin();
      }
      seen = wanted.addAndGet(-seen);
    } while (seen > 0);
  }

  private synchronized @Nullable Call<?> next() {
    while (!waiting.isEmpty() && waiting.element().result().isDone()) {
      waiting.remove();
    }
    Call<?> head = waiting.peek();
    if (head == null || !open.getAsBoolean() || isFullFor(head)) {
      return null;
    }
    waiting.remove();
    inFlightBytes += head.bytes();
    return head;
  }

  private boolean isFullFor(Call<?> call) {
    return inFlightBytes > 0 && inFlightBytes + call.bytes() > limitBytes;
  }

  private void release(long bytes) {
    synchronized (this) {
      inFlightBytes -= bytes;
    }
    startAll();
  }
}
