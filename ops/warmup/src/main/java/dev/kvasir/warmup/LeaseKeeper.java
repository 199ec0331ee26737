package dev.kvasir.warmup;

import dev.kvasir.store.StoreException;
import dev.kvasir.warmup.job.RunnerLeases;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Renews a lease until it is closed, and notices when it is lost. Owns both. Thread-safe. */
final class LeaseKeeper implements AutoCloseable {
  private static final int RENEWALS = 3;

  private final RunnerLeases.Lease lease;
  private final Duration timeToLive;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kvasir-warmup-lease").factory());
  private volatile long renewedNanos = System.nanoTime();
  private volatile boolean lost;

  LeaseKeeper(RunnerLeases.Lease lease, Duration timeToLive) {
    this.lease = lease;
    this.timeToLive = timeToLive;
    long every = timeToLive.toMillis() / RENEWALS;
    var _ = clock.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.MILLISECONDS);
  }

  private void renew() {
    long asked = System.nanoTime();
    try {
      if (lease.renew()) {
        renewedNanos = asked;
      } else {
        lost = true;
      }
    } catch (StoreException e) {
      lost |= asked - renewedNanos > timeToLive.toNanos();
    }
  }

  String lease() {
    return lease.name();
  }

  /** Whether another process may have the lease by now; once true, always true. */
  boolean isLost() {
    return lost;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    lease.close();
  }
}
