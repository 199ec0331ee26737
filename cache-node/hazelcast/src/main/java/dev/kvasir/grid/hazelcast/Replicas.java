package dev.kvasir.grid.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.partition.IPartition;
import com.hazelcast.internal.partition.InternalPartitionService;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * What of the partitions lies on this member, by its own table, which is internal to Hazelcast: its
 * public interface names owners only and says nothing of backups. Thread-safe; never waits for
 * another member.
 */
final class Replicas {
  private final InternalPartitionService table;
  private final Address here;
  private final int backups;

  private Replicas(InternalPartitionService table, Address here, int backups) {
    this.table = table;
    this.here = here;
    this.backups = backups;
  }

  /**
   * @param member one that holds data
   * @param backups copies besides the first; the table has places for more than a map uses
   */
  static Replicas of(HazelcastInstance member, int backups) {
    Node node = ((HazelcastInstanceProxy) member).getOriginal().node;
    return new Replicas(node.getPartitionService(), node.getThisAddress(), backups);
  }

  int count() {
    return table.getPartitionCount();
  }

  int partitionOf(String key) {
    return table.getPartitionId((Object) key);
  }

  boolean owns(String key) {
    return here.equals(table.getPartition(partitionOf(key)).getOwnerOrNull());
  }

  /** Whether this member holds the key, as its first owner or as a backup. */
  boolean holds(String key) {
    return holds(table.getPartition(partitionOf(key)));
  }

  private boolean holds(IPartition partition) {
    return IntStream.rangeClosed(0, backups)
        .anyMatch(copy -> here.equals(partition.getReplicaAddress(copy)));
  }

  HeldParts now() {
    BitSet owned = new BitSet();
    BitSet all = new BitSet();
    for (int id = 0; id < count(); id++) {
      IPartition partition = table.getPartition(id);
      owned.set(id, here.equals(partition.getOwnerOrNull()));
      all.set(id, holds(partition));
    }
    return new HeldParts(owned, all);
  }

  /** Another number after each change of the table. */
  long stamp() {
    return table.getPartitionStateStamp();
  }
}
