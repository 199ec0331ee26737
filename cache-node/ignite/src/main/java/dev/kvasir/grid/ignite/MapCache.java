package dev.kvasir.grid.ignite;

import java.util.Objects;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.DataRegionConfiguration;

/**
 * The one cache in which all shared maps lie, under keys that begin with the map's name. Every data
 * node brings it along, so no map has to be made at run time and none is missing after a restart of
 * all.
 *
 * <p>It is transactional, a write is complete when all three copies have it, and only the first
 * copy is read: so single-key operations are linearizable while the grid is whole. Three copies are
 * partitioned, not replicated: with replication a write would wait for the slowest of all nodes,
 * and every node would tell of each entry that ran out. If a number of data nodes is set, whoever
 * sees less than a majority of them refuses writes; reads there may be out of date.
 *
 * <p>Its memory does not evict: an entry that is gone was removed or ran out. A region that is full
 * stops the node, so only small values may go in.
 */
final class MapCache {
  static final String NAME = "kvasir-maps";
  static final int PARTITIONS = 32;

  private static final String REGION = "maps";
  private static final int BACKUPS = 2;
  private static final long REGION_BYTES = 128L << 20;
  private static final long INITIAL_BYTES = 16L << 20;

  private MapCache() {}

  static DataRegionConfiguration region() {
    return new DataRegionConfiguration()
        .setName(REGION)
        .setInitialSize(INITIAL_BYTES)
        .setMaxSize(REGION_BYTES);
  }

  static CacheConfiguration<String, String> configuration(int dataNodes) {
    CacheConfiguration<String, String> cache =
        new CacheConfiguration<String, String>(NAME)
            .setDataRegionName(REGION)
            .setCacheMode(CacheMode.PARTITIONED)
            .setAtomicityMode(CacheAtomicityMode.TRANSACTIONAL)
            .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
            .setBackups(BACKUPS)
            .setReadFromBackup(false)
            .setAffinity(new RendezvousAffinityFunction(false, PARTITIONS))
            .setEagerTtl(true)
            .setEventsDisabled(true)
            .setMaxConcurrentAsyncOperations(0)
            .setStatisticsEnabled(false);
    return dataNodes == 0 ? cache : cache.setTopologyValidator(new Majority(dataNodes));
  }

  /** Looked up at every use: a client that has joined a restarted grid has another one. */
  static IgniteCache<String, String> of(Ignite node) {
    return Objects.requireNonNull(node.<String, String>cache(NAME), "the grid has no data node");
  }
}
