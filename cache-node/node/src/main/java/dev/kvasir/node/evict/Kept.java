package dev.kvasir.node.evict;

/** A block that is to stay. Not a record: two of them are never the same entry. */
final class Kept {
  static final int WEIGHT_BYTES = 1_024;

  private final long bytes;
  private final boolean pinned;

  Kept(long bytes, boolean pinned) {
    this.bytes = bytes;
    this.pinned = pinned;
  }

  long bytes() {
    return bytes;
  }

  boolean isPinned() {
    return pinned;
  }

  /** In units of {@link #WEIGHT_BYTES}, rounded up; nothing for a pinned one. */
  int weight() {
    return pinned ? 0 : Math.toIntExact(Math.ceilDiv(bytes, WEIGHT_BYTES));
  }
}
