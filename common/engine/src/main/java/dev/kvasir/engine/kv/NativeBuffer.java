package dev.kvasir.engine.kv;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Native memory in one owner's hands: every access after its end throws, also where the memory
 * itself lives on. Thread-safe.
 */
final class NativeBuffer implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final long heldBytes;
  private final Runnable onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Fresh memory, all zeros. */
  NativeBuffer(long bytes, Runnable onClose) {
    this.memory = arena.allocate(bytes, ALIGNMENT);
    this.heldBytes = bytes;
    this.onClose = onClose;
  }

  /**
   * The first bytes of another buffer, with whatever lies there. That buffer must stay open until
   * {@code onClose} is called, and must not be used by others.
   */
  @SuppressWarnings("restricted") // the view is no larger than the memory and ends before it
  NativeBuffer(NativeBuffer whole, long bytes, Runnable onClose) {
    this.memory = whole.memory.asSlice(0, bytes).reinterpret(arena, null);
    this.heldBytes = whole.heldBytes;
    this.onClose = onClose;
  }

  /** As many bytes as were asked for; valid until close. */
  MemorySegment memory() {
    return memory;
  }

  /** Bytes that are nobody else's meanwhile. */
  long heldBytes() {
    return heldBytes;
  }

  /** Ends all access, then tells; idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      arena.close();
      onClose.run();
    }
  }
}
