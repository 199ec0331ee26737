package dev.kvasir.engine.tokenizer;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * Byte-pair encoding of one piece: the merge of lowest rank first, the leftmost among equals
 * (Sennrich et al. 2016). Candidates wait in a heap and are dropped when a neighbour has changed,
 * so n bytes take O(n log n).
 */
final class BytePairMerger {
  private static final int DEAD = -1;

  private final MergeTable table;
  private final int[] ids;
  private final int[] previous;
  private final int[] next;

  /** Candidates as (rank, position of the left token). */
  private final PriorityQueue<Long> candidates = new PriorityQueue<>();

  private BytePairMerger(MergeTable table, int[] ids) {
    this.table = table;
    this.ids = ids;
    previous = new int[ids.length];
    next = new int[ids.length];
    Arrays.setAll(previous, i -> i - 1);
    Arrays.setAll(next, i -> i + 1);
  }

  /** Merges the ids of single bytes as far as the table goes. */
  static int[] merge(MergeTable table, int[] ids) {
    return ids.length < 2 ? ids : new BytePairMerger(table, ids.clone()).merge();
  }

  private int[] merge() {
    for (int i = 0; i + 1 < ids.length; i++) {
      propose(i);
    }
    while (!candidates.isEmpty()) {
      long candidate = candidates.remove();
      int left = (int) candidate;
      long merge = mergeAt(left);
      if (merge != MergeTable.NONE
          && MergeTable.rank(merge) == (int) (candidate >>> Integer.SIZE)) {
        apply(left, MergeTable.result(merge));
      }
    }
    return Arrays.stream(ids).filter(id -> id != DEAD).toArray();
  }

  private void apply(int left, int result) {
    int right = next[left];
    ids[left] = result;
    ids[right] = DEAD;
    next[left] = next[right];
    if (next[left] < ids.length) {
      previous[next[left]] = left;
    }
    propose(left);
    if (previous[left] >= 0) {
      propose(previous[left]);
    }
  }

  private void propose(int left) {
    long merge = mergeAt(left);
    if (merge != MergeTable.NONE) {
      candidates.add((long) MergeTable.rank(merge) << Integer.SIZE | left);
    }
  }

  private long mergeAt(int left) {
    return ids[left] == DEAD || next[left] >= ids.length
        ? MergeTable.NONE
        : table.find(ids[left], ids[next[left]]);
  }
}
