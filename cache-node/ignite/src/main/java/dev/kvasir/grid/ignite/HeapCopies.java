package dev.kvasir.grid.ignite;

import javax.cache.configuration.Factory;
import org.apache.ignite.cache.eviction.lru.LruEvictionPolicy;

/**
 * The records read or written last stay on the heap as arrays beside their pages, up to an eighth
 * of the largest heap of the node that makes this, so that reading one does not glue its pages
 * together. They go without the record.
 */
final class HeapCopies implements Factory<LruEvictionPolicy<RecordKey, byte[]>> {
  private static final long serialVersionUID = 1L;
  private static final int SHARE_OF_HEAP = 8;

  @Override
  public LruEvictionPolicy<RecordKey, byte[]> create() {
    LruEvictionPolicy<RecordKey, byte[]> policy = new LruEvictionPolicy<>();
    policy.setMaxSize(0);
    policy.setMaxMemorySize(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    return policy;
  }
}
