package dev.kvasir.warmup.job;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One process at a time runs a job: its name lies as {@code MEMBER FENCE} under the job's id in a
 * shared map. The right ends when it is released, when its time runs out without renewal, or when
 * the process has left the grid. Borrows the grid. Methods block. Thread-safe.
 */
public final class RunnerLeases {
  private static final String MAP = "kvasir-warmup-runners";

  private final Grid grid;
  private final SharedMap map;
  private final Duration timeToLive;

  public RunnerLeases(Grid grid, Duration timeToLive) {
    this.grid = grid;
    this.map = grid.map(MAP);
    this.timeToLive = timeToLive;
  }

  /** The right to run a job. */
  public final class Lease implements AutoCloseable {
    private final String job;
    private final String value;

    private Lease(String job, String value) {
      this.job = job;
      this.value = value;
    }

    /** Unlike every other one's, for ever. */
    public String name() {
      return value;
    }

    /** Makes it last longer; false if another process has it. */
    public boolean renew() {
      return Answers.await(map.replace(job, value, value, timeToLive));
    }

    @Override
    public void close() {
      var _ = map.remove(job, value);
    }
  }

  /** How long a right lasts without renewal. */
  public Duration timeToLive() {
    return timeToLive;
  }

  /** The right to run this job, unless a living process has it. */
  public Optional<Lease> acquire(String job) {
    String value = grid.self().id() + " " + UUID.randomUUID();
    Optional<String> other = Answers.await(map.putIfAbsent(job, value, timeToLive));
    boolean mine =
        other.isEmpty()
            || (!alive(other.get())
                && Answers.await(map.replace(job, other.get(), value, timeToLive)));
    return mine ? Optional.of(new Lease(job, value)) : Optional.empty();
  }

  /** The process that runs this job now. */
  public Optional<String> runner(String job) {
    return Optional.ofNullable(Answers.await(map.getAll(List.of(job))).get(job))
        .filter(this::alive)
        .map(RunnerLeases::member);
  }

  private boolean alive(String value) {
    return grid.members().stream().map(Member::id).anyMatch(member(value)::equals);
  }

  private static String member(String value) {
    return value.substring(0, value.lastIndexOf(' '));
  }
}
