package dev.kvasir.cli.node;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Notices that a node which was in its grid has been out of it for a while: expelled after a pause,
 * or left behind with a minority that does not join the others by itself. A node that has not been
 * in yet waits for others without end. Not thread-safe.
 */
final class Expulsion {
  private final BooleanSupplier in;
  private final Duration patience;
  private final LongSupplier nanoClock;
  private boolean wasIn;
  private long lastInNanos;

  Expulsion(BooleanSupplier in, Duration patience, LongSupplier nanoClock) {
    this.in = in;
    this.patience = patience;
    this.nanoClock = nanoClock;
  }

  /** Looks once; true if the node has to be restarted. */
  boolean happened() {
    long now = nanoClock.getAsLong();
    if (in.getAsBoolean()) {
      wasIn = true;
      lastInNanos = now;
      return false;
    }
    return wasIn && now - lastInNanos >= patience.toNanos();
  }
}
