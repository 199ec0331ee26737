package dev.kvasir.store.delete;

/**
 * What a deletion took from one kind of place.
 *
 * @param count blocks in memory, each counted once; or files, of which a block may have several
 * @param bytes of them
 */
public record Removed(long count, long bytes) {
  public static final Removed NOTHING = new Removed(0, 0);

  /** Both together. */
  public Removed and(Removed other) {
    return new Removed(count + other.count, bytes + other.bytes);
  }

  /** The same with one more. */
  public Removed with(long moreBytes) {
    return new Removed(count + 1, bytes + moreBytes);
  }
}
