package dev.kvasir.warmup.job;

import java.util.Locale;

/** Where a warm-up job is. */
public enum JobState {
  /** A process encodes it, or will as soon as one can. */
  RUNNING,
  PAUSED,
  /** For good; what it encoded stays. */
  CANCELLED,
  /** Every block of the manifest was dealt with; the progress says how. */
  FINISHED,
  /** It cannot go on; its problem says why. It can be resumed. */
  FAILED;

  /** Whether it never runs again. */
  public boolean isEnd() {
    return this == CANCELLED || this == FINISHED;
  }

  /** In lower case, as people and JSON see it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
