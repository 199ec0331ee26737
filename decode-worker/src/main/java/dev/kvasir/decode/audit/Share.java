package dev.kvasir.decode.audit;

import java.util.concurrent.atomic.AtomicLong;

/** Takes an even share of what comes by: of 0.1 every tenth. Thread-safe. */
final class Share {
  private final double share;
  private final AtomicLong seen = new AtomicLong();

  Share(double share) {
    this.share = share;
  }

  boolean takesNext() {
    long before = seen.getAndIncrement();
    return Math.floor((before + 1) * share) > Math.floor(before * share);
  }
}
