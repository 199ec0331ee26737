package dev.kvasir.engine.kv;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Where segments have their memory from. What a closed segment held waits here for the next one of
 * about its size: the system takes longer to map and clear fresh pages than an install takes to
 * fill them. Thread-safe.
 *
 * <p>At most {@code maxIdleBytes} wait; those that waited longest are freed first. Reused memory
 * still holds old rows, which are of no segment: nobody reads rows past {@link KvSegment#tokens()}.
 */
public final class SegmentMemory implements AutoCloseable {
  /** Smaller ones are allocated as fast as they are found. */
  private static final long SMALLEST_KEPT_BYTES = 64L << 10;

  /** A buffer serves a segment that leaves at most this part of it unused. */
  private static final int WASTE_DIVISOR = 8;

  private final long maxIdleBytes;
  // Guarded by this; the one that waited longest first.
  private final Deque<NativeBuffer> idle = new ArrayDeque<>();
  private long idleBytes;
  private long leasedBytes;
  private boolean closed;

  /** Keeps at most {@code maxIdleBytes} of memory that no segment has; 0 keeps none. */
  public SegmentMemory(long maxIdleBytes) {
    this.maxIdleBytes = maxIdleBytes;
  }

  /**
   * Memory with unspecified contents; the caller owns it until its close gives it back.
   *
   * @throws OutOfMemoryError if there is none, idle memory included
   */
  NativeBuffer lease(long bytes) {
    NativeBuffer whole = idleFor(bytes).orElseGet(() -> allocate(bytes));
    synchronized (this) {
      leasedBytes += whole.heldBytes();
    }
    return new NativeBuffer(whole, bytes, () -> giveBack(whole));
  }

  /** The smallest that is large enough; of equals the one that was used last. */
  private synchronized Optional<NativeBuffer> idleFor(long bytes) {
    Optional<NativeBuffer> best = Optional.empty();
    long most = bytes + bytes / WASTE_DIVISOR;
    for (NativeBuffer each : idle) {
      if (each.heldBytes() >= bytes && each.heldBytes() <= most) {
        best = Optional.of(each);
        most = each.heldBytes();
      }
    }
    best.ifPresent(this::forget);
    return best;
  }

  private NativeBuffer allocate(long bytes) {
    try {
      return new NativeBuffer(bytes, () -> {});
    } catch (OutOfMemoryError e) {
      trim(0);
      return new NativeBuffer(bytes, () -> {});
    }
  }

  private synchronized void giveBack(NativeBuffer whole) {
    leasedBytes -= whole.heldBytes();
    if (closed || whole.heldBytes() < SMALLEST_KEPT_BYTES) {
      whole.close();
      return;
    }
    idle.addLast(whole);
    idleBytes += whole.heldBytes();
    trim(maxIdleBytes);
  }

  private synchronized void trim(long most) {
    while (idleBytes > most) {
      NativeBuffer oldest = idle.getFirst();
      forget(oldest);
      oldest.close();
    }
  }

  private void forget(NativeBuffer buffer) {
    idle.remove(buffer);
    idleBytes -= buffer.heldBytes();
  }

  /** Bytes that open segments hold. */
  public synchronized long leasedBytes() {
    return leasedBytes;
  }

  /** Bytes that wait for a segment. */
  public synchronized long idleBytes() {
    return idleBytes;
  }

  /** Frees what waits; what is still leased is freed when it is given back. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    trim(0);
  }
}
