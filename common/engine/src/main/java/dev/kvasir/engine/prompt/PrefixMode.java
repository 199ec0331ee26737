package dev.kvasir.engine.prompt;

/** What a passage block is encoded behind. */
public enum PrefixMode {
  /** The default block 0, shared by all applications. */
  SINK,
  /** The request's own block 0. */
  SYSTEM,
  /** Nothing, as in the paper. */
  NONE
}
