package dev.kvasir.cli.node;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be closed at the end, the last one first. Thread-safe. */
final class Closers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closers.class);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private boolean closed;

  /** Takes ownership; what comes after the end is closed at once. */
  synchronized <T extends AutoCloseable> T add(T closeable) {
    if (closed) {
      closeOne(closeable);
      throw new IllegalStateException("the process is shutting down");
    }
    open.push(closeable);
    return closeable;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!open.isEmpty()) {
      closeOne(open.pop());
    }
  }

  private static void closeOne(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.warn("{} did not close", closeable.getClass().getSimpleName(), e);
    }
  }
}
