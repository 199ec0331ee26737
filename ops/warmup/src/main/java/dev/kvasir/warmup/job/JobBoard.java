package dev.kvasir.warmup.job;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.Grid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Looks at the warm-up jobs of a grid, and stops and resumes them; needs no model. Borrows the
 * grid. Methods block while the grid answers and throw {@link dev.kvasir.store.StoreException}
 * where it does not. Thread-safe.
 */
public final class JobBoard {
  private final Jobs jobs;
  private final Manifests manifests;
  private final RunnerLeases leases;

  public JobBoard(Grid grid) {
    jobs = new Jobs(grid);
    manifests = new Manifests(grid);
    leases = new RunnerLeases(grid, Duration.ZERO);
  }

  /** All jobs, the newest first. */
  public List<Job> list() {
    return jobs.list();
  }

  public Optional<Job> get(String id) {
    return jobs.get(id);
  }

  /** The process that runs the job now. */
  public Optional<String> runner(String id) {
    return leases.runner(id);
  }

  /**
   * Stops a job until it is resumed; its runner ends what it has begun.
   *
   * @return the job then; empty if there is none
   * @throws IllegalStateException if it has ended
   */
  public Optional<Job> pause(String id) {
    return turn(id, JobState.PAUSED);
  }

  /**
   * Has a job go on where it was, by whichever process runs jobs.
   *
   * @return the job then; empty if there is none
   * @throws IllegalStateException if it has ended
   */
  public Optional<Job> resume(String id) {
    return turn(id, JobState.RUNNING);
  }

  /**
   * Ends a job; what it encoded stays.
   *
   * @return the job then; empty if there is none
   * @throws IllegalStateException if it has finished
   */
  public Optional<Job> cancel(String id) {
    Optional<Job> cancelled = turn(id, JobState.CANCELLED);
    cancelled.ifPresent(job -> manifests.forget(id, job.parts(), Jobs.KEPT));
    return cancelled;
  }

  private Optional<Job> turn(String id, JobState next) {
    return jobs.change(
        id,
        job -> {
          if (job.state() == next) {
            return job;
          }
          if (job.state().isEnd()) {
            throw new IllegalStateException(
                "warm-up %s is %s: make a new job".formatted(id, job.state().label()));
          }
          return job.in(next, Optional.empty(), System.currentTimeMillis());
        });
  }

  /** The keys of a job's blocks, in the order of its corpus. */
  public List<BlockKey> manifest(Job job) {
    return IntStream.range(0, job.parts())
        .boxed()
        .flatMap(part -> manifests.read(job.id(), part).stream())
        .toList();
  }
}
