package dev.kvasir.grid.ignite;

import java.util.BitSet;
import org.apache.ignite.cache.affinity.Affinity;
import org.apache.ignite.cluster.ClusterNode;

/** The partitions that a node holds, and of which of them it is the first owner. */
record OwnedParts(BitSet primary, BitSet all) {

  static OwnedParts of(Affinity<?> affinity, ClusterNode node) {
    return new OwnedParts(
        bits(affinity.primaryPartitions(node)), bits(affinity.allPartitions(node)));
  }

  private static BitSet bits(int[] partitions) {
    BitSet bits = new BitSet();
    for (int partition : partitions) {
      bits.set(partition);
    }
    return bits;
  }
}
