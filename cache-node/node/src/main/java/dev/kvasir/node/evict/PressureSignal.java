package dev.kvasir.node.evict;

import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.pressure.Pressure;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells writers when the node is full and when it is free again; at once, on the thread that sees
 * it, since every block that comes before the message is too much. Thread-safe; never blocks.
 */
final class PressureSignal {
  private final String node;
  private final Topic topic;
  private final long fullBytes;
  private final long freeBytes;
  private final AtomicBoolean full = new AtomicBoolean();
  private final AtomicBoolean unconfirmed = new AtomicBoolean();

  PressureSignal(String node, Topic topic, EvictorSettings settings) {
    this.node = node;
    this.topic = topic;
    fullBytes = settings.ownedBytes() + settings.slackBytes();
    freeBytes = settings.ownedBytes() + settings.slackBytes() / 2;
  }

  /** Judges what is in memory now. */
  void update(long residentBytes) {
    boolean changed =
        residentBytes > fullBytes
            ? full.compareAndSet(false, true)
            : residentBytes <= freeBytes && full.compareAndSet(true, false);
    if (changed) {
      unconfirmed.set(true);
      publish();
    }
  }

  /** Says again that the node is full, and once again that it is free: a topic may lose order. */
  void repeat() {
    if (unconfirmed.getAndSet(false) || full.get()) {
      publish();
    }
  }

  boolean isFull() {
    return full.get();
  }

  /** One at a time, so that the last word is the latest one. */
  private synchronized void publish() {
    topic.publish(new Pressure(node, full.get()).text());
  }
}
