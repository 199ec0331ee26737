package dev.kvasir.decode;

/** How the prompt's blocks attend to each other. */
public enum AttentionMode {
  /** Ordinary causal attention over the whole prompt; nothing is cached. */
  FULL,
  /** Every block by itself, the final block over all. */
  BLOCK
}
