package dev.kvasir.store.touch;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Tells the nodes which blocks this process uses, so that they keep the right ones: a message as
 * soon as {@link TouchMessage#MAX_KEYS} keys are together, and otherwise every 200 ms. Keys that
 * come faster than they can be sent are dropped; nothing but the choice of what to evict suffers.
 * Owns its thread. Thread-safe; never blocks.
 */
public final class Touches implements AutoCloseable {
  /** Name of the topic. */
  public static final String TOPIC = "kvasir-touches";

  private static final Duration INTERVAL = Duration.ofMillis(200);
  private static final int MAX_WAITING = 16 * TouchMessage.MAX_KEYS;

  private final Topic topic;
  private final BlockingQueue<BlockKey> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicBoolean called = new AtomicBoolean();
  private final LongAdder dropped = new LongAdder();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kvasir-touches").factory());

  /** Publishes on this topic until it is closed. */
  public Touches(Topic topic) {
    this.topic = topic;
    var _ =
        thread.scheduleWithFixedDelay(
            this::sendAll, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Says that these blocks were used once more. */
  public void used(Collection<BlockKey> keys) {
    for (BlockKey key : keys) {
      if (!waiting.offer(key)) {
        dropped.increment();
      }
    }
    if (waiting.size() >= TouchMessage.MAX_KEYS && called.compareAndSet(false, true)) {
      call();
    }
  }

  /** Keys that were never sent. */
  public long dropped() {
    return dropped.sum();
  }

  private void call() {
    try {
      thread.execute(this::sendFull);
    } catch (RejectedExecutionException closed) {
      dropped.add(waiting.size());
      waiting.clear();
    }
  }

  private void sendFull() {
    called.set(false);
    while (waiting.size() >= TouchMessage.MAX_KEYS) {
      send();
    }
  }

  private void sendAll() {
    sendFull();
    if (!waiting.isEmpty()) {
      send();
    }
  }

  private void send() {
    List<BlockKey> batch = new ArrayList<>(TouchMessage.MAX_KEYS);
    waiting.drainTo(batch, TouchMessage.MAX_KEYS);
    try {
      topic.publish(TouchMessage.of(batch));
    } catch (RuntimeException e) {
      dropped.add(batch.size());
    }
  }

  /** Ends it; what waits is not sent any more. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
