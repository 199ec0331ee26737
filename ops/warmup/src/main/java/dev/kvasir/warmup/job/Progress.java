package dev.kvasir.warmup.job;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How far a job is.
 *
 * @param part of the manifest that is under way; all before it are done
 * @param before what became of the blocks of the parts before it
 * @param underWay what became of the blocks of that part; it is begun again when a runner is lost
 * @param busyMillis time that runners have worked
 * @param present blocks of the manifest that the store had when the job finished; 0 before
 * @param problems of blocks that could not be encoded, the first ones
 */
public record Progress(
    int part,
    Counts before,
    Counts underWay,
    long busyMillis,
    long present,
    List<ItemProblem> problems) {
  public static final Progress NONE = new Progress(0, Counts.NONE, Counts.NONE, 0, 0, List.of());

  /**
   * What became of blocks.
   *
   * @param done those that were dealt with, in whatever way
   * @param encoded those encoded for this job, as far as its runners lived to say so
   * @param encodedTokens tokens of these
   * @param encodedBytes bytes of these, without headers and envelopes
   * @param found those that the store had
   * @param refused those that were deleted after the job began, and so left out
   * @param failed those that could not be encoded
   */
  public record Counts(
      long done,
      long encoded,
      long encodedTokens,
      long encodedBytes,
      long found,
      long refused,
      long failed) {
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0);
    public static final Counts FOUND = new Counts(1, 0, 0, 0, 1, 0, 0);
    public static final Counts REFUSED = new Counts(1, 0, 0, 0, 0, 1, 0);
    public static final Counts FAILED = new Counts(1, 0, 0, 0, 0, 0, 1);

    /** One block that was encoded. */
    public static Counts encoded(int tokens, long bytes) {
      return new Counts(1, 1, tokens, bytes, 0, 0, 0);
    }

    /** Both together. */
    public Counts and(Counts more) {
      return new Counts(
          done + more.done,
          encoded + more.encoded,
          encodedTokens + more.encodedTokens,
          encodedBytes + more.encodedBytes,
          found + more.found,
          refused + more.refused,
          failed + more.failed);
    }

    /** What stays of a part that is begun again. */
    private Counts work() {
      return new Counts(0, encoded, encodedTokens, encodedBytes, 0, 0, 0);
    }
  }

  public Progress {
    problems = List.copyOf(problems);
  }

  /** What became of all blocks so far. */
  public Counts total() {
    return before.and(underWay);
  }

  /** Tokens encoded for each second of work; empty before the first. */
  public OptionalDouble tokensPerSecond() {
    long tokens = total().encodedTokens;
    return busyMillis > 0 && tokens > 0
        ? OptionalDouble.of(tokens * 1_000.0 / busyMillis)
        : OptionalDouble.empty();
  }

  /** As a runner finds it that begins the part again. */
  public Progress begunAgain() {
    return new Progress(
        part, before.and(underWay.work()), Counts.NONE, busyMillis, present, problems);
  }

  /** With so much done in the part under way, and so much more time spent. */
  public Progress at(Counts inPart, long moreMillis) {
    return new Progress(part, before, inPart, busyMillis + moreMillis, present, problems);
  }

  /** With the part under way complete, and these problems in it. */
  public Progress partDone(List<ItemProblem> more) {
    List<ItemProblem> all = new ArrayList<>(problems);
    all.addAll(more);
    return new Progress(
        part + 1,
        total(),
        Counts.NONE,
        busyMillis,
        present,
        all.subList(0, Math.min(all.size(), ItemProblem.KEPT)));
  }

  /** With this many blocks there in the end. */
  public Progress counted(long nowPresent) {
    return new Progress(part, before, underWay, busyMillis, nowPresent, problems);
  }
}
