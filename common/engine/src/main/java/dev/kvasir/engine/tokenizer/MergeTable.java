package dev.kvasir.engine.tokenizer;

import java.util.Arrays;

/**
 * Which neighbouring tokens merge, how early and into what: an open-addressing hash table from a
 * pair of ids to rank and result. Filled once, then read by any number of threads.
 */
final class MergeTable {
  /** No such merge; no real entry is negative. */
  static final long NONE = -1;

  private final long[] pairs;
  private final long[] merges;
  private final int mask;

  MergeTable(int merges) {
    int size = Integer.highestOneBit(Math.max(merges, 1)) * 4;
    this.pairs = new long[size];
    this.merges = new long[size];
    this.mask = size - 1;
    Arrays.fill(this.merges, NONE);
  }

  /**
   * Adds a merge; lower ranks merge first.
   *
   * @return whether the pair was new
   */
  boolean add(int left, int right, int rank, int result) {
    int slot = slot(pair(left, right));
    if (merges[slot] != NONE) {
      return false;
    }
    pairs[slot] = pair(left, right);
    merges[slot] = (long) rank << Integer.SIZE | result;
    return true;
  }

  /** Rank and result of a pair's merge, or {@link #NONE}. */
  long find(int left, int right) {
    return merges[slot(pair(left, right))];
  }

  static int rank(long merge) {
    return (int) (merge >>> Integer.SIZE);
  }

  static int result(long merge) {
    return (int) merge;
  }

  /** The slot that holds the pair, or the free one where it belongs. */
  private int slot(long pair) {
    long hash = pair * 0x9E3779B97F4A7C15L;
    int slot = (int) (hash >>> Integer.SIZE) & mask;
    while (merges[slot] != NONE && pairs[slot] != pair) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static long pair(int left, int right) {
    return (long) left << Integer.SIZE | right;
  }
}
