package dev.kvasir.warmup;

import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.warmup.corpus.CorpusSpec;
import dev.kvasir.warmup.job.Answers;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.JobBoard;
import dev.kvasir.warmup.job.JobRequest;
import dev.kvasir.warmup.job.JobState;
import dev.kvasir.warmup.job.Jobs;
import dev.kvasir.warmup.job.Manifests;
import dev.kvasir.warmup.job.Plan;
import dev.kvasir.warmup.job.Progress;
import dev.kvasir.warmup.job.RunnerLeases;
import dev.kvasir.warmup.job.SentPassages;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Plans, makes and runs the warm-up jobs of a cluster. What is known of a job lies in the grid, so
 * that any process with the same model can go on where another one was killed. Borrows everything.
 * Methods block while the grid answers and throw {@link dev.kvasir.store.StoreException} where it
 * does not. Thread-safe.
 */
public final class WarmUps {
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final int ID_DIGITS = 8;

  private final Parts parts;
  private final Pace pace;
  private final Jobs jobs;
  private final Manifests manifests;
  private final SentPassages sent;
  private final RunnerLeases leases;
  private final JobBoard board;

  /**
   * What jobs are run with.
   *
   * @param store in which deletions win
   */
  public record Parts(
      Grid grid,
      BlockStore store,
      Tombstones tombstones,
      PassageLayout layout,
      AheadEncoder encoder) {}

  public WarmUps(Parts parts) {
    this(parts, LEASE, Pace.usual());
  }

  /** Runs jobs with leases that last so long without renewal. */
  WarmUps(Parts parts, Duration lease, Pace pace) {
    this.parts = parts;
    this.pace = pace;
    jobs = new Jobs(parts.grid());
    manifests = new Manifests(parts.grid());
    sent = new SentPassages(parts.grid());
    leases = new RunnerLeases(parts.grid(), lease);
    board = new JobBoard(parts.grid());
  }

  /**
   * What the corpus comes to; changes nothing.
   *
   * @throws dev.kvasir.warmup.corpus.CorpusException if it cannot be read
   */
  public Plan plan(JobRequest request) {
    return planned(request).plan();
  }

  private Planner.Planned planned(JobRequest request) {
    double rate = jobs.tokensPerSecond(parts.layout().model()).orElse(0);
    return new Planner(parts.layout(), parts.store(), sent).plan(request, rate);
  }

  /**
   * Keeps passages that came with a request in the grid for a week.
   *
   * @param lines JSON objects, as in a corpus of lines
   * @param collection label of the passages that bring none
   */
  public CorpusSpec receive(List<String> lines, Optional<String> collection) {
    return CorpusSpec.sent(sent.keep(lines), collection.orElse(null));
  }

  /**
   * Plans a job and adds it, running: it waits for a process that runs it.
   *
   * @throws dev.kvasir.warmup.corpus.CorpusException if its corpus cannot be read
   */
  public Job create(JobRequest request) {
    long generation = Answers.await(parts.store().generation());
    Planner.Planned planned = planned(request);
    String id = UUID.randomUUID().toString().substring(0, ID_DIGITS);
    Job job =
        new Job(
            id,
            request,
            parts.layout().model(),
            parts.layout().elementType(),
            generation,
            System.currentTimeMillis(),
            manifests.write(id, planned.keys()),
            planned.plan(),
            JobState.RUNNING,
            Progress.NONE,
            null,
            0,
            null);
    jobs.add(job);
    return job;
  }

  /** To look at the jobs, stop and resume them. */
  public JobBoard board() {
    return board;
  }

  /**
   * Runs a job here until it has ended, somebody stops it, or {@code stopped} says so.
   *
   * @return what it is then; empty if there is none, another process runs it, it is not running, or
   *     it belongs to another model
   */
  public Optional<Job> run(String id, BooleanSupplier stopped) {
    return jobs.get(id)
        .filter(job -> job.state() == JobState.RUNNING)
        .filter(job -> job.model().equals(parts.layout().model()))
        .filter(job -> job.elementType() == parts.layout().elementType())
        .flatMap(job -> leases.acquire(id).map(lease -> run(job, lease, stopped)));
  }

  private Job run(Job job, RunnerLeases.Lease lease, BooleanSupplier stopped) {
    LeaseKeeper keeper = new LeaseKeeper(lease, leases.timeToLive());
    try (JobRun run = new JobRun(parts, jobs, manifests, pace, keeper)) {
      return run.run(job, stopped);
    }
  }
}
