package dev.kvasir.grid.ignite;

import dev.kvasir.store.StoreStats;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.grid.table.BlockEntry;
import dev.kvasir.store.grid.table.BlockTables;
import dev.kvasir.store.grid.table.GridCalls;
import dev.kvasir.store.grid.table.RecordName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.Cache;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;
import org.jspecify.annotations.Nullable;

/**
 * Blocks in two caches of a node. The caches are looked up at every call: a client that has joined
 * a restarted grid must not use those it knew before. Borrows the node. Thread-safe.
 */
final class IgniteTables implements BlockTables {
  private final Ignite node;
  private final GridCalls calls;

  IgniteTables(Ignite node, GridCalls calls) {
    this.node = node;
    this.calls = calls;
  }

  @Override
  public CompletableFuture<Void> putRecord(RecordName name, byte[] record) {
    return calls.start(() -> IgniteFutures.stage(records().putAsync(new RecordKey(name), record)));
  }

  /** As one of many: Ignite clones an array that is asked for alone, whatever copyOnRead says. */
  @Override
  public CompletableFuture<Optional<byte[]>> record(RecordName name) {
    RecordKey key = new RecordKey(name);
    return calls
        .start(() -> IgniteFutures.stage(records().getAllAsync(Set.of(key))))
        .thenApply(found -> Optional.ofNullable(found.get(key)));
  }

  @Override
  public CompletableFuture<Void> removeRecords(String block, long write, int count) {
    Set<RecordKey> keys =
        IntStream.range(0, count)
            .mapToObj(index -> new RecordKey(block, write, index))
            .collect(Collectors.toCollection(TreeSet::new));
    return calls.start(() -> IgniteFutures.stage(records().removeAllAsync(keys)));
  }

  @Override
  public CompletableFuture<Optional<BlockEntry>> putEntry(String block, BlockEntry entry) {
    return calls
        .start(() -> IgniteFutures.stage(entries().getAndPutAsync(block, entry)))
        .thenApply(Optional::ofNullable);
  }

  /** One call for all: the blocks of a prompt are looked up with one message to each node. */
  @Override
  public Map<String, CompletableFuture<Optional<BlockEntry>>> entries(Set<String> blocks) {
    CompletableFuture<Map<String, BlockEntry>> found =
        calls.start(() -> IgniteFutures.stage(entries().getAllAsync(blocks)));
    return blocks.stream()
        .collect(
            Collectors.toMap(
                Function.identity(),
                block -> found.thenApply(map -> Optional.ofNullable(map.get(block)))));
  }

  @Override
  public CompletableFuture<Boolean> replaceEntry(
      String block, BlockEntry expected, BlockEntry next) {
    return calls.start(() -> IgniteFutures.stage(entries().replaceAsync(block, expected, next)));
  }

  @Override
  public CompletableFuture<Optional<BlockEntry>> removeEntry(String block) {
    return calls
        .start(() -> IgniteFutures.stage(entries().getAndRemoveAsync(block)))
        .thenApply(Optional::ofNullable);
  }

  @Override
  public CompletableFuture<Boolean> removeEntry(String block, BlockEntry entry) {
    return calls.start(() -> IgniteFutures.stage(entries().removeAsync(block, entry)));
  }

  @Override
  public CompletableFuture<List<StoredBlock>> list(@Nullable String after, int limit) {
    return calls.run(() -> first(after, limit));
  }

  private List<StoredBlock> first(@Nullable String after, int limit) {
    TreeMap<String, BlockEntry> first = new TreeMap<>();
    ScanQuery<String, BlockEntry> query =
        after == null ? new ScanQuery<>() : new ScanQuery<>(new KeysAfter(after));
    try (QueryCursor<Cache.Entry<String, BlockEntry>> cursor = entries().query(query)) {
      for (Cache.Entry<String, BlockEntry> entry : cursor) {
        first.put(entry.getKey(), entry.getValue());
        if (first.size() > limit) {
          first.pollLastEntry();
        }
      }
    }
    return first.entrySet().stream().map(e -> e.getValue().describe(e.getKey())).toList();
  }

  @Override
  public CompletableFuture<Boolean> scan(Consumer<StoredBlock> visitor) {
    return calls.run(() -> visitAll(entry -> visitor.accept(describe(entry))));
  }

  private boolean visitAll(Consumer<Cache.Entry<String, BlockEntry>> visitor) {
    try (QueryCursor<Cache.Entry<String, BlockEntry>> cursor = entries().query(new ScanQuery<>())) {
      cursor.forEach(visitor);
    }
    return true;
  }

  private static StoredBlock describe(Cache.Entry<String, BlockEntry> entry) {
    return entry.getValue().describe(entry.getKey());
  }

  @Override
  public CompletableFuture<StoreStats> stats() {
    LongAdder blocks = new LongAdder();
    LongAdder bytes = new LongAdder();
    Consumer<Cache.Entry<String, BlockEntry>> count =
        entry -> {
          blocks.increment();
          bytes.add(entry.getValue().bytes());
        };
    return calls
        .run(() -> visitAll(count))
        .thenApply(done -> new StoreStats(blocks.sum(), bytes.sum()));
  }

  private IgniteCache<String, BlockEntry> entries() {
    return cache(NodeConfiguration.ENTRIES);
  }

  private IgniteCache<RecordKey, byte[]> records() {
    return cache(NodeConfiguration.RECORDS);
  }

  private <K, V> IgniteCache<K, V> cache(String name) {
    return Objects.requireNonNull(node.<K, V>cache(name), "the grid has no members");
  }
}
