package dev.kvasir.node.evict;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.event.BlockEvent;
import dev.kvasir.store.event.BlockEvents;
import dev.kvasir.store.pin.Pins;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Takes evicted blocks out of the grid's memory, whole, a bounded number at a time. Before each
 * batch it reads the pins, so that a pin counts although its news may not have arrived. What fails
 * rests until {@link #retry}. Thread-safe; works on the executor, never blocks.
 */
final class Removals {
  private final Ledger ledger;
  private final BlockStore store;
  private final Pins pins;
  private final EvictionMetrics metrics;
  private final BlockEvents events;
  private final Executor executor;
  private final Runnable afterwards;
  private final int limit;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicBoolean called = new AtomicBoolean();
  private final Queue<BlockKey> failed = new ConcurrentLinkedQueue<>();

  /**
   * What it works with.
   *
   * @param executor runs one task at a time
   * @param afterwards runs whenever a removal is no longer under way
   */
  record Parts(
      Ledger ledger,
      BlockStore store,
      Pins pins,
      EvictionMetrics metrics,
      BlockEvents events,
      Executor executor,
      Runnable afterwards) {}

  Removals(Parts parts, int limit) {
    this.ledger = parts.ledger();
    this.store = parts.store();
    this.pins = parts.pins();
    this.metrics = parts.metrics();
    this.events = parts.events();
    this.executor = parts.executor();
    this.afterwards = parts.afterwards();
    this.limit = limit;
  }

  /** Starts what there is to remove, soon. */
  void call() {
    if (called.compareAndSet(false, true)) {
      executor.execute(this::startAll);
    }
  }

  /** Lets what failed be tried again. */
  void retry() {
    for (BlockKey key = failed.poll(); key != null; key = failed.poll()) {
      ledger.notRemoved(key);
    }
    call();
  }

  private void startAll() {
    called.set(false);
    int room = limit - underWay.get();
    if (2 * room < limit) {
      return;
    }
    List<BlockKey> batch = ledger.takeEvicted(room);
    if (batch.isEmpty()) {
      return;
    }
    underWay.addAndGet(batch.size());
    var _ =
        started(() -> pins.pinned(batch))
            .whenComplete((pinned, failure) ->
                batch.forEach(key -> {
                  if (failure != null) {
                    fail(key);
                  } else {
                    removeUnlessPinned(key, pinned);
                  }
                }));
  }

  private void removeUnlessPinned(BlockKey key, Set<BlockKey> pinned) {
    if (pinned.contains(key)) {
      ledger.pin(key);
      ledger.rescue(key);
      end();
      return;
    }
    var _ =
        started(() -> store.remove(key))
            .whenComplete((there, failure) -> {
              if (failure != null) {
                fail(key);
              } else {
                evicted(key, there);
                end();
              }
            });
  }

  private void evicted(BlockKey key, boolean there) {
    long bytes = ledger.removed(key);
    metrics.evicted(key, bytes, there);
    if (there) {
      events.tell(BlockEvent.Kind.EVICTED, key, bytes, Optional.empty());
    }
  }

  /** A call that fails at once is one that fails. */
  private static <T> CompletableFuture<T> started(Supplier<CompletableFuture<T>> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void fail(BlockKey key) {
    metrics.failed();
    failed.add(key);
    underWay.decrementAndGet();
    call();
  }

  private void end() {
    underWay.decrementAndGet();
    afterwards.run();
    call();
  }
}
