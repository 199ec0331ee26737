package dev.kvasir.grid.hazelcast;

/**
 * A key in each partition, which stands for the partition where Hazelcast wants a key. Immutable.
 */
final class PartitionKeys {
  private final String[] keys;

  private PartitionKeys(String[] keys) {
    this.keys = keys;
  }

  /** Tries numbers until each partition has one: some thousand hashes. */
  static PartitionKeys of(Replicas replicas) {
    String[] keys = new String[replicas.count()];
    int missing = keys.length;
    for (int i = 0; missing > 0; i++) {
      String key = Integer.toString(i);
      int partition = replicas.partitionOf(key);
      if (keys[partition] == null) {
        keys[partition] = key;
        missing--;
      }
    }
    return new PartitionKeys(keys);
  }

  String in(int partition) {
    return keys[partition];
  }
}
