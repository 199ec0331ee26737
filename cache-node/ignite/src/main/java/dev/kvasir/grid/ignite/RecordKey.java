package dev.kvasir.grid.ignite;

import java.util.Comparator;
import org.apache.ignite.cache.affinity.AffinityKeyMapped;

/**
 * Where a record lies in the grid. All records of a block live on the node that holds the block's
 * entry. Not a Java record: Ignite's marshaller can't read those.
 */
final class RecordKey implements Comparable<RecordKey> {
  private static final Comparator<RecordKey> ORDER =
      Comparator.<RecordKey, String>comparing(key -> key.block).thenComparingInt(key -> key.index);

  @AffinityKeyMapped private final String block;
  private final int index;

  /**
   * @param block the block key in hex
   * @param index 0 for the header record, then the chunks
   */
  RecordKey(String block, int index) {
    this.block = block;
    this.index = index;
  }

  @Override
  public int compareTo(RecordKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordKey key && block.equals(key.block) && index == key.index;
  }

  @Override
  public int hashCode() {
    return 31 * block.hashCode() + index;
  }

  @Override
  public String toString() {
    return block + "/" + index;
  }
}
