package dev.kvasir.cli.faults;

/** How a request ended. */
public enum Outcome {
  /** With the answer of the fault-free run. */
  RIGHT,
  /** With another answer. */
  WRONG,
  /** Not within its deadline. */
  HUNG,
  /** With an error although its worker was up all the time. */
  FAILED,
  /** Its worker was killed, and so were those it was sent to then. */
  UNSERVED;

  boolean violates() {
    return this == WRONG || this == HUNG || this == FAILED;
  }
}
