package dev.kvasir.prefill;

/** Whether the store has an encoded block. */
enum Stored {
  YES,
  /** A deletion forbids it. */
  REFUSED,
  /** It was given up, or another worker stores the block. */
  NO
}
