package dev.kvasir.engine.kv;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A filled segment that several owners read; its memory is freed when the last of them has released
 * it. Thread-safe.
 */
public final class SharedSegment {
  private final KvSegment segment;
  private final AtomicInteger owners = new AtomicInteger(1);

  /** Takes ownership of the segment on behalf of one first owner. */
  public SharedSegment(KvSegment segment) {
    this.segment = segment;
  }

  /** The segment; valid until the caller's own release. */
  public KvSegment segment() {
    return segment;
  }

  /** Adds an owner; false if the memory has been freed already. */
  public boolean retain() {
    return owners.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /** Gives up one owner's share; exactly once per owner. */
  public void release() {
    int left = owners.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("a segment was released more often than it was retained");
    }
    if (left == 0) {
      segment.close();
    }
  }
}
