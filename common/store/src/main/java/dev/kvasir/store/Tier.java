package dev.kvasir.store;

/** Where a stored block lies. */
public enum Tier {
  /** In the memory of a node. */
  MEMORY,
  /** In files of nodes only; reading it brings it back into memory. */
  DISK
}
