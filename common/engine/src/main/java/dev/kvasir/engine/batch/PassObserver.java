package dev.kvasir.engine.batch;

/** Hears of every pass, on the thread that ran it; must be quick and must not throw. */
@FunctionalInterface
public interface PassObserver {

  /**
   * A pass has run.
   *
   * @param calls callers that had a share in it
   * @param tokens of all of them
   */
  void ran(int calls, int tokens);
}
