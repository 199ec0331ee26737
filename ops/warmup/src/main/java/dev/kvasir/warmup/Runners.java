package dev.kvasir.warmup;

import dev.kvasir.store.StoreException;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.JobState;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs of a cluster that nobody runs, the oldest first, one at a time, until it is closed.
 * So a job whose runner was lost goes on by itself. One that breaks off is tried again in the next
 * round, after the others. Owns its thread; borrows the jobs.
 */
public final class Runners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Runners.class);

  private final WarmUps warmUps;
  private final Duration every;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Starts to look for jobs, once in that time. */
  public Runners(WarmUps warmUps, Duration every) {
    this.warmUps = warmUps;
    this.every = every;
    thread = Thread.ofPlatform().name("kvasir-warmup").start(this::work);
  }

  private void work() {
    do {
      try {
        waiting().forEach(this::attempt);
      } catch (StoreException e) {
        LOG.warn("warm-up jobs cannot be looked at: {}", e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("warm-up jobs cannot be looked at", e);
      }
    } while (!isClosed(every));
  }

  private List<Job> waiting() {
    return warmUps.board().list().stream()
        .filter(job -> job.state() == JobState.RUNNING)
        .sorted(Comparator.comparingLong(Job::createdAtMillis))
        .toList();
  }

  private void attempt(Job job) {
    try {
      run(job);
    } catch (StoreException e) {
      LOG.warn("warm-up={} broke off: {}", job.id(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("warm-up={} broke off", job.id(), e);
    }
  }

  private void run(Job job) {
    if (!isClosed(Duration.ZERO)) {
      warmUps
          .run(job.id(), () -> isClosed(Duration.ZERO))
          .ifPresent(left -> LOG.info("warm-up={} {}", left.id(), left.state().label()));
    }
  }

  private boolean isClosed(Duration wait) {
    try {
      return closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Lets what has begun end; whatever is left goes on elsewhere, or here the next time. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
