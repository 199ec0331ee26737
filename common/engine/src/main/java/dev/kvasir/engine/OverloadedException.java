package dev.kvasir.engine;

/** A worker's queue is full: retry later, or add workers. */
public final class OverloadedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is full.
   *
   * @param what the full queue, as in "20 requests are waiting already"
   */
  public OverloadedException(String what) {
    super(what + ": retry later");
  }
}
