package dev.kvasir.grid.hazelcast;

import com.hazelcast.aggregation.Aggregators;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import dev.kvasir.store.StoreStats;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.grid.table.BlockEntry;
import dev.kvasir.store.grid.table.BlockTables;
import dev.kvasir.store.grid.table.GridCalls;
import dev.kvasir.store.grid.table.RecordName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Blocks in two maps of a Hazelcast grid. The maps are looked up at every call: a client that has
 * not found its grid yet cannot do that. Borrows the members or clients. Thread-safe.
 */
final class HazelcastTables implements BlockTables {
  static final String ENTRIES = "kvasir-entries";
  static final String RECORDS = "kvasir-records";

  private static final int SCAN_PAGE = 500;

  private final Supplier<HazelcastInstance> instance;
  private final GridCalls calls;

  /**
   * @param instance through which the next call goes
   */
  HazelcastTables(Supplier<HazelcastInstance> instance, GridCalls calls) {
    this.instance = instance;
    this.calls = calls;
  }

  private IMap<String, BlockEntry> entries() {
    return instance.get().getMap(ENTRIES);
  }

  private IMap<RecordKey, byte[]> records() {
    return instance.get().getMap(RECORDS);
  }

  @Override
  public CompletableFuture<Void> putRecord(RecordName name, byte[] record) {
    return calls.start(() -> records().setAsync(new RecordKey(name), record));
  }

  @Override
  public CompletableFuture<Optional<byte[]>> record(RecordName name) {
    return calls
        .start(() -> records().getAsync(new RecordKey(name)))
        .thenApply(Optional::ofNullable);
  }

  @Override
  public CompletableFuture<Void> removeRecords(String block, long write, int count) {
    return CompletableFuture.allOf(
        IntStream.range(0, count)
            .mapToObj(index ->
                calls.start(() -> records().deleteAsync(new RecordKey(block, write, index))))
            .toArray(CompletableFuture[]::new));
  }

  @Override
  public CompletableFuture<Optional<BlockEntry>> putEntry(String block, BlockEntry entry) {
    return calls.start(() -> entries().putAsync(block, entry)).thenApply(Optional::ofNullable);
  }

  /** One call for each: a member that does not answer holds up no block of another member. */
  @Override
  public Map<String, CompletableFuture<Optional<BlockEntry>>> entries(Set<String> blocks) {
    return blocks.stream()
        .collect(
            Collectors.toMap(
                Function.identity(),
                block ->
                    calls.start(() -> entries().getAsync(block)).thenApply(Optional::ofNullable)));
  }

  @Override
  public CompletableFuture<Boolean> replaceEntry(
      String block, BlockEntry expected, BlockEntry next) {
    return calls.run(() -> entries().replace(block, expected, next));
  }

  @Override
  public CompletableFuture<Optional<BlockEntry>> removeEntry(String block) {
    return calls.start(() -> entries().removeAsync(block)).thenApply(Optional::ofNullable);
  }

  @Override
  public CompletableFuture<Boolean> removeEntry(String block, BlockEntry entry) {
    return calls.run(() -> entries().remove(block, entry));
  }

  @Override
  public CompletableFuture<List<StoredBlock>> list(@Nullable String after, int limit) {
    return calls.run(() -> first(after, limit));
  }

  /** Each member sends its own first blocks only. */
  private List<StoredBlock> first(@Nullable String after, int limit) {
    Predicate<String, BlockEntry> rest =
        after == null ? Predicates.alwaysTrue() : Predicates.greaterThan("__key", after);
    return entries().entrySet(Predicates.pagingPredicate(rest, limit)).stream()
        .map(HazelcastTables::describe)
        .toList();
  }

  /** Members send their entries page by page, one partition after the other. */
  @Override
  public CompletableFuture<Boolean> scan(Consumer<StoredBlock> visitor) {
    return calls.run(() -> {
      entries().iterator(SCAN_PAGE).forEachRemaining(entry -> visitor.accept(describe(entry)));
      return true;
    });
  }

  private static StoredBlock describe(Map.Entry<String, BlockEntry> entry) {
    return entry.getValue().describe(entry.getKey());
  }

  /** Blocks and bytes are counted one after the other, by the members. */
  @Override
  public CompletableFuture<StoreStats> stats() {
    return calls.run(() ->
        new StoreStats(
            entries().size(), entries().aggregate(Aggregators.longSum(EntrySerializer.BYTES))));
  }
}
