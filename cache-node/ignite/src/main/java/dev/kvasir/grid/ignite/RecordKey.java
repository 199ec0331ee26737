package dev.kvasir.grid.ignite;

import dev.kvasir.store.grid.table.RecordName;
import java.util.Comparator;
import org.apache.ignite.cache.affinity.AffinityKeyMapped;

/**
 * Where a record lies in the grid. All records of a block live on the node that holds the block's
 * entry. Not a Java record: Ignite's marshaller can't read those.
 */
final class RecordKey implements Comparable<RecordKey> {
  private static final Comparator<RecordKey> ORDER =
      Comparator.<RecordKey, String>comparing(key -> key.block)
          .thenComparingLong(key -> key.write)
          .thenComparingInt(key -> key.index);

  @AffinityKeyMapped private final String block;
  private final long write;
  private final int index;

  RecordKey(String block, long write, int index) {
    this.block = block;
    this.write = write;
    this.index = index;
  }

  RecordKey(RecordName name) {
    this(name.block(), name.write(), name.index());
  }

  RecordName name() {
    return new RecordName(block, write, index);
  }

  @Override
  public int compareTo(RecordKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordKey key && name().equals(key.name());
  }

  @Override
  public int hashCode() {
    return name().hashCode();
  }

  @Override
  public String toString() {
    return name().toString();
  }
}
