package dev.kvasir.grid.ignite;

import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.table.BlockEntry;
import dev.kvasir.store.grid.table.Leftovers;
import dev.kvasir.store.grid.table.RecordName;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.cache.Cache;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCheckedException;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.processors.cache.GridCacheContext;
import org.apache.ignite.internal.processors.cache.KeyCacheObject;
import org.apache.ignite.internal.util.lang.GridCloseableIterator;

/**
 * The partitions of a data node. Keys of records are walked through without their values by an
 * iterator that is internal to Ignite: every public scan reads the values, which are all bytes that
 * the node holds. Thread-safe.
 */
final class IgniteParts implements Leftovers.Parts {
  private final Ignite node;

  IgniteParts(Ignite node) {
    this.node = node;
  }

  @Override
  public IntStream owned() {
    return Arrays.stream(
        node.affinity(NodeConfiguration.ENTRIES).primaryPartitions(node.cluster().localNode()));
  }

  @Override
  public void records(int partition, Consumer<RecordName> visitor) {
    GridCacheContext<?, ?> cache =
        ((IgniteEx) node).context().cache().internalCache(NodeConfiguration.RECORDS).context();
    try (GridCloseableIterator<KeyCacheObject> keys =
        cache.offheap().cacheKeysIterator(cache.cacheId(), partition)) {
      while (keys.hasNext()) {
        RecordKey key = keys.next().value(cache.cacheObjectContext(), false);
        visitor.accept(Objects.requireNonNull(key).name());
      }
    } catch (IgniteCheckedException e) {
      throw new StoreException("ignite: the records here can't be looked through", e);
    }
  }

  @Override
  public void entries(int partition, BiConsumer<String, BlockEntry> visitor) {
    ScanQuery<String, BlockEntry> query = new ScanQuery<>(partition);
    query.setLocal(true);
    try (QueryCursor<Cache.Entry<String, BlockEntry>> cursor =
        Objects.requireNonNull(node.<String, BlockEntry>cache(NodeConfiguration.ENTRIES))
            .query(query)) {
      cursor.forEach(entry -> visitor.accept(entry.getKey(), entry.getValue()));
    }
  }
}
