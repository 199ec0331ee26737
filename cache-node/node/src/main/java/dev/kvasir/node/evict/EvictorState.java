package dev.kvasir.node.evict;

/**
 * What a node owns now.
 *
 * @param blocks blocks that are to stay
 * @param keptBytes their bytes, those of pinned ones included
 * @param pinnedBytes bytes of pinned blocks
 * @param leavingBytes bytes of evicted blocks that are not removed yet
 */
public record EvictorState(long blocks, long keptBytes, long pinnedBytes, long leavingBytes) {
  /** Bytes in memory. */
  public long residentBytes() {
    return keptBytes + leavingBytes;
  }
}
