package dev.kvasir.store.grid.join;

/** What a process is to its grid. */
public enum GridRole {
  /** Holds blocks. */
  MEMBER,
  /** Belongs to the grid, is seen by its members, holds no blocks. */
  LITE,
  /** Uses the grid from outside. A grid that knows no such thing takes it for {@link #LITE}. */
  CLIENT
}
