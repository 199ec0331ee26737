package dev.kvasir.warmup.job;

/**
 * Why one item of a corpus was not encoded.
 *
 * @param where it lies in the corpus
 * @param problem one sentence
 */
public record ItemProblem(String where, String problem) {
  /** How many a job keeps; more are only counted. */
  public static final int KEPT = 100;
}
