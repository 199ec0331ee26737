package dev.kvasir.decode;

import dev.kvasir.engine.OverloadedException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Decides who may start towards a first token.
 *
 * <p>Requests that start together share the processors, so that each of n waits n times as long. A
 * short crowd is let in and waits its turn. Once a crowd has not dispersed for a while, or a
 * request was refused because the queue is full, the worker is overloaded: only a few start at
 * once, soon and undisturbed, and the others are refused at once instead of waiting long. It is
 * overloaded until it has refused nobody for that while, since clients that were refused come
 * again. Thread-safe.
 */
final class StartGate {
  private static final long NEVER = Long.MIN_VALUE;

  private final DecodeOptions.Overload limits;
  private final int turns;
  private final LongSupplier nanoClock;
  private int requests;
  private int starting;
  private long crowdedSince = NEVER;
  private long lastRefusal = NEVER;

  /**
   * A gate that nobody has passed.
   *
   * @param turns requests that run at the same time; others wait for theirs
   */
  StartGate(DecodeOptions.Overload limits, int turns, LongSupplier nanoClock) {
    this.limits = limits;
    this.turns = turns;
    this.nanoClock = nanoClock;
  }

  /** A request that was let in; each of its ends counts once. */
  final class Start implements AutoCloseable {
    private final AtomicBoolean starts = new AtomicBoolean(true);
    private final AtomicBoolean open = new AtomicBoolean(true);

    /** The first token is there, or will never be. */
    void started() {
      if (starts.getAndSet(false)) {
        leaveTheStart();
      }
    }

    /** The request has ended. */
    @Override
    public void close() {
      started();
      if (open.getAndSet(false)) {
        leave();
      }
    }
  }

  /**
   * Lets a request in.
   *
   * @throws OverloadedException if the worker is overloaded
   */
  synchronized Start enter() {
    if (refuses()) {
      throw new OverloadedException(
          "%d requests are running, %d of them on the way to their first token"
              .formatted(requests, starting));
    }
    requests++;
    starting++;
    if (starting > limits.starting() && crowdedSince == NEVER) {
      crowdedSince = nanoClock.getAsLong();
    }
    return new Start();
  }

  /** Whether a request would be refused now; one that is told so counts as refused. */
  synchronized boolean refuses() {
    long now = nanoClock.getAsLong();
    if (overloaded(now) && (starting >= limits.starting() || requests >= turns)) {
      lastRefusal = now;
      return true;
    }
    return false;
  }

  /** A request was refused elsewhere, because there was no room for it to wait. */
  synchronized void refused() {
    lastRefusal = nanoClock.getAsLong();
  }

  private boolean overloaded(long now) {
    return isOver(crowdedSince, now) || (lastRefusal != NEVER && !isOver(lastRefusal, now));
  }

  private boolean isOver(long since, long now) {
    return since != NEVER && now - since >= limits.after().toNanos();
  }

  private synchronized void leaveTheStart() {
    starting--;
    if (starting <= limits.starting()) {
      crowdedSince = NEVER;
    }
  }

  private synchronized void leave() {
    requests--;
  }
}
