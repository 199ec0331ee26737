package dev.kvasir.warmup.job;

import dev.kvasir.block.ElementType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A warm-up job.
 *
 * @param id 8 hex digits
 * @param model fingerprint of the model that it encodes with
 * @param generation the store's when it was made: what is deleted later is not encoded again
 * @param parts of its manifest
 * @param problem why it failed, in one sentence
 * @param endedAtMillis when it came to its end; 0 before
 * @param run the lease of the only run that may write how far it is; null before the first
 */
public record Job(
    String id,
    JobRequest request,
    String model,
    ElementType elementType,
    long generation,
    long createdAtMillis,
    int parts,
    Plan plan,
    JobState state,
    Progress progress,
    @Nullable String problem,
    long endedAtMillis,
    @Nullable String run) {

  /** The same, further on. */
  public Job at(Progress next) {
    return with(state, next, problem, endedAtMillis, run);
  }

  /** The same, which from now on only this run writes. */
  public Job begunBy(String nextRun) {
    return with(state, progress, problem, endedAtMillis, nextRun);
  }

  /** Whether that run may write it. */
  public boolean isOf(String someRun) {
    return someRun.equals(run);
  }

  /** The same in another state. */
  public Job in(JobState next, Optional<String> why, long nowMillis) {
    return with(next, progress, why.orElse(null), next.isEnd() ? nowMillis : 0, run);
  }

  private Job with(
      JobState nextState,
      Progress nextProgress,
      @Nullable String nextProblem,
      long nextEnd,
      @Nullable String nextRun) {
    return new Job(
        id,
        request,
        model,
        elementType,
        generation,
        createdAtMillis,
        parts,
        plan,
        nextState,
        nextProgress,
        nextProblem,
        nextEnd,
        nextRun);
  }
}
