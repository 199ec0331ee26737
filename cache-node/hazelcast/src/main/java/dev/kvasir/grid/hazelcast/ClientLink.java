package dev.kvasir.grid.hazelcast;

import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.core.LifecycleListener;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether a client has its grid, as its lifecycle tells. Thread-safe. */
final class ClientLink implements LifecycleListener {
  private final CountDownLatch found = new CountDownLatch(1);
  private volatile boolean up;

  @Override
  public void stateChanged(LifecycleEvent event) {
    if (event.getState() == LifecycleState.CLIENT_CONNECTED) {
      up = true;
      found.countDown();
    } else if (event.getState() == LifecycleState.CLIENT_DISCONNECTED) {
      up = false;
    }
  }

  boolean up() {
    return up;
  }

  /**
   * Waits until the grid was found for the first time.
   *
   * @throws IllegalStateException if it was not by then
   */
  void await(Duration deadline) {
    try {
      if (!found.await(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("no member answered within " + deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
