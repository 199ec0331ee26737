package dev.kvasir.grid.hazelcast;

import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * The partitions that a member holds, and of which of them it is the first owner; nobody changes
 * the sets.
 */
record HeldParts(BitSet owned, BitSet all) {

  /** Partitions that are here and were not there before. */
  IntStream since(HeldParts before) {
    BitSet fresh = BitSet.valueOf(all.toLongArray());
    fresh.andNot(before.all);
    return fresh.stream();
  }
}
