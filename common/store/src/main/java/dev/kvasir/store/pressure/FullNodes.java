package dev.kvasir.store.pressure;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** The nodes that said that they are full and have not taken it back. Thread-safe. */
final class FullNodes {
  private static final int MAX_NODES = 4_096;
  private static final long FORGET_NANOS = Pressure.FORGET_MILLIS * 1_000_000;

  private final LongSupplier nanoClock;
  private final Map<String, Long> heard = new HashMap<>();

  FullNodes(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  synchronized void hear(Pressure pressure) {
    if (!pressure.full()) {
      heard.remove(pressure.node());
    } else if (heard.size() < MAX_NODES || heard.containsKey(pressure.node())) {
      heard.put(pressure.node(), nanoClock.getAsLong());
    }
  }

  /** Whether there is one; forgets those that fell silent. */
  synchronized boolean any() {
    long now = nanoClock.getAsLong();
    heard.values().removeIf(since -> now - since >= FORGET_NANOS);
    return !heard.isEmpty();
  }

  synchronized String names() {
    return String.join(", ", heard.keySet());
  }
}
