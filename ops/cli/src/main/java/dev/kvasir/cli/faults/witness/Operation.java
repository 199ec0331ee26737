package dev.kvasir.cli.faults.witness;

/**
 * What one client did and saw. Times are of one clock, in nanoseconds: whatever an operation does
 * to the store happens between them.
 */
sealed interface Operation {
  /** Which block. */
  int block();

  /** When it began. */
  long began();

  /** When its answer was there; {@link Long#MAX_VALUE} if it failed and may still happen. */
  long ended();

  /**
   * A block was written.
   *
   * @param began when its generation was known, before it was handed to the store
   * @param value number of the bytes, new for every write
   * @param stored whether the store said that it is stored; false also of one that failed
   */
  record Write(int block, int value, boolean stored, long began, long ended) implements Operation {}

  /**
   * A read was answered.
   *
   * @param value number of the bytes that were read, {@link #NOTHING} or {@link #UNKNOWN}
   */
  record Read(int block, int value, long began, long ended) implements Operation {
    /** There is no such block. */
    static final int NOTHING = -1;

    /** Bytes that nobody wrote. */
    static final int UNKNOWN = -2;
  }

  /** A deletion that left its tombstone, or failed and may have left it. */
  record Delete(int block, boolean done, long began, long ended) implements Operation {}

  /**
   * A lease was granted.
   *
   * @param began when its grant was known
   * @param ended when its holder last knew that it had it: it was confirmed then, or given back
   */
  record Lease(int block, String holder, long began, long ended) implements Operation {}
}
