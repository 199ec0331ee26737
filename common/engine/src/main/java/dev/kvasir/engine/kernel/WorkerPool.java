package dev.kvasir.engine.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of threads, the caller being one of them, that share one job at a time. A job is cut
 * into more parts than there are threads and each takes the next part when it is free, so a thread
 * that lost its core to HTTP or grid work delays a job by one part at most. Between the jobs of a
 * forward pass the others spin, so that a job starts within a microsecond; soon after the last one
 * they park. One caller at a time.
 */
public final class WorkerPool implements AutoCloseable {
  private static final int SPINS_BEFORE_PARK = 20_000;
  private static final int SPINS_BEFORE_YIELD = 2_000;

  /** One part of a job, run by member {@code worker} of the team. */
  @FunctionalInterface
  public interface Part {
    void run(int part, int worker);
  }

  private static final class Job {
    private final Part work;
    private final int parts;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger unfinished;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Job(int parts, Part work) {
      this.work = work;
      this.parts = parts;
      this.unfinished = new AtomicInteger(parts);
    }

    void takeParts(int worker) {
      for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
        try {
          work.run(part, worker);
        } catch (Throwable thrown) {
          failure.compareAndSet(null, thrown);
        } finally {
          unfinished.decrementAndGet();
        }
      }
    }

    boolean finished() {
      return unfinished.get() == 0;
    }
  }

  private static final class Helper {
    private final Thread thread;
    private volatile boolean parked;

    Helper(WorkerPool pool, int worker) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .name("kvasir-kernel-" + worker)
              .unstarted(() -> pool.loop(this, worker));
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(thread);
      }
    }
  }

  private final Helper[] helpers;
  private volatile Job job = new Job(0, (part, worker) -> {});
  private volatile boolean closed;

  /** Starts {@code threads - 1} daemon threads. */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be positive: threads=" + threads);
    }
    helpers = new Helper[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper(this, i + 1);
    }
    for (Helper helper : helpers) {
      helper.thread.start();
    }
  }

  public int threads() {
    return helpers.length + 1;
  }

  /** Runs parts 0 to {@code parts - 1} and returns when all are done; throws if any threw. */
  public void run(int parts, Part work) {
    Job mine = new Job(parts, work);
    if (parts > 1 && helpers.length > 0) {
      job = mine;
      for (Helper helper : helpers) {
        helper.wake();
      }
    }
    mine.takeParts(0);
    for (int spins = 0; !mine.finished(); spins++) {
      pause(spins);
    }
    rethrow(mine.failure.get());
  }

  /** Yields where the other thread has lost its core: sleeping would cost more than its part. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void pause(int spins) {
    if (spins < SPINS_BEFORE_YIELD) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  private void loop(Helper self, int worker) {
    Job seen = job;
    while (!closed) {
      Job current = awaitJob(self, seen);
      current.takeParts(worker);
      seen = current;
    }
  }

  private Job awaitJob(Helper self, Job seen) {
    for (int spins = 0; spins < SPINS_BEFORE_PARK; spins++) {
      if (job != seen) {
        return job;
      }
      Thread.onSpinWait();
    }
    self.parked = true;
    while (job == seen && !closed) {
      LockSupport.park(this);
    }
    self.parked = false;
    return job;
  }

  private static void rethrow(@Nullable Throwable thrown) {
    switch (thrown) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(thrown);
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Helper helper : helpers) {
      LockSupport.unpark(helper.thread);
    }
  }
}
