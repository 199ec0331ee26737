package dev.kvasir.store;

/** What became of a put. */
public enum PutOutcome {
  STORED,
  /** A deletion that came after the block's encoding began forbids it. */
  REFUSED
}
