package dev.kvasir.grid.ignite;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockPage;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.StoreStats;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.pressure.ByteWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.Cache;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;
import org.jspecify.annotations.Nullable;

/**
 * Blocks in two caches of a grid: records (header and chunks) as byte arrays, and one small entry
 * per block that says it is stored. The entry is written after the records and removed before them,
 * and a block of which a record is gone is absent and loses its entry; so a reader sees a whole
 * block or none. Thread-safe; no method blocks on the grid but {@link #list}, {@link #scan} and
 * {@link #stats}, and those not longer than their deadline.
 */
final class IgniteBlockStore implements BlockStore {
  private static final Duration SCAN_DEADLINE = Duration.ofMinutes(2);

  private final IgniteCache<String, BlockEntry> entries;
  private final IgniteCache<RecordKey, byte[]> records;
  private final GridCalls calls = new GridCalls();
  private final ByteWindow gets;
  private final ByteWindow puts;
  private final Duration readDeadline;
  private final Duration writeDeadline;
  private volatile boolean closed;

  IgniteBlockStore(
      IgniteCache<String, BlockEntry> entries,
      IgniteCache<RecordKey, byte[]> records,
      IgniteSettings settings) {
    this.entries = entries;
    this.records = records;
    this.gets = new ByteWindow(settings.inFlightBytes());
    this.puts = new ByteWindow(NodeConfiguration.putsInFlightBytes(settings));
    this.readDeadline = settings.readDeadline();
    this.writeDeadline = settings.writeDeadline();
  }

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return answer("put", writeDeadline, () -> write(block, info)).thenApply(_ -> PutOutcome.STORED);
  }

  private CompletableFuture<Void> write(EncodedBlock block, BlockInfo info) {
    String id = block.key().hex();
    List<byte[]> chunks = block.chunks();
    List<CompletableFuture<Void>> writes = new ArrayList<>(chunks.size() + 1);
    writes.add(write(new RecordKey(id, 0), block.header()));
    for (int i = 0; i < chunks.size(); i++) {
      writes.add(write(new RecordKey(id, i + 1), chunks.get(i)));
    }
    BlockEntry entry = new BlockEntry(chunks.size(), block.sizeBytes(), info);
    return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
        .thenCompose(written -> calls.start(() -> entries.putAsync(id, entry)));
  }

  private CompletableFuture<Void> write(RecordKey key, byte[] record) {
    return limited(
        puts, record.length, writeDeadline, () -> calls.start(() -> records.putAsync(key, record)));
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> get(Collection<BlockKey> keys) {
    Set<BlockKey> wanted = new LinkedHashSet<>(keys);
    CompletableFuture<Map<String, BlockEntry>> found = entries(wanted);
    Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> answers =
        HashMap.newHashMap(wanted.size());
    for (BlockKey key : wanted) {
      answers.put(key, answer("get", readDeadline, () -> found.thenCompose(map -> read(key, map))));
    }
    return answers;
  }

  private CompletableFuture<Map<String, BlockEntry>> entries(Set<BlockKey> keys) {
    Set<String> ids = keys.stream().map(BlockKey::hex).collect(Collectors.toSet());
    return calls.start(() -> entries.getAllAsync(ids));
  }

  private CompletableFuture<Optional<EncodedBlock>> read(
      BlockKey key, Map<String, BlockEntry> found) {
    String id = key.hex();
    BlockEntry entry = found.get(id);
    if (entry == null) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    long recordBytes = Math.ceilDiv(entry.bytes(), entry.records());
    List<CompletableFuture<Optional<byte[]>>> reads =
        IntStream.range(0, entry.records())
            .mapToObj(index -> read(new RecordKey(id, index), recordBytes))
            .toList();
    return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
        .thenApply(done -> assemble(key, entry, reads));
  }

  private CompletableFuture<Optional<byte[]>> read(RecordKey key, long bytes) {
    return limited(
        gets,
        bytes,
        readDeadline,
        () -> calls.start(() -> records.getAsync(key)).thenApply(Optional::ofNullable));
  }

  private Optional<EncodedBlock> assemble(
      BlockKey key, BlockEntry entry, List<CompletableFuture<Optional<byte[]>>> reads) {
    List<byte[]> found = reads.stream().flatMap(read -> read.join().stream()).toList();
    if (found.size() < entry.records()) {
      var _ = calls.start(() -> entries.removeAsync(key.hex(), entry));
      return Optional.empty();
    }
    return Optional.of(new EncodedBlock(key, found.getFirst(), found.subList(1, found.size())));
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    return answer(
        "describe",
        readDeadline,
        () -> entries(Set.copyOf(keys)).thenApply(IgniteBlockStore::described));
  }

  private static Map<BlockKey, StoredBlock> described(Map<String, BlockEntry> found) {
    return found.entrySet().stream()
        .map(entry -> describe(entry.getKey(), entry.getValue()))
        .collect(Collectors.toUnmodifiableMap(StoredBlock::key, Function.identity()));
  }

  @Override
  public CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next) {
    String id = key.hex();
    return answer(
        "replace",
        writeDeadline,
        () ->
            calls
                .start(() -> entries.getAsync(id))
                .thenCompose(entry -> swap(id, entry, expected, next)));
  }

  private CompletableFuture<Boolean> swap(
      String id, @Nullable BlockEntry entry, BlockInfo expected, BlockInfo next) {
    return entry == null || !entry.info().equals(expected)
        ? CompletableFuture.completedFuture(false)
        : calls.start(() -> entries.replaceAsync(id, entry, entry.with(next)));
  }

  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    String id = key.hex();
    return answer(
        "remove",
        writeDeadline,
        () ->
            calls
                .start(() -> entries.getAndRemoveAsync(id))
                .thenCompose(entry -> removeRecords(id, entry)));
  }

  private CompletableFuture<Boolean> removeRecords(String id, @Nullable BlockEntry entry) {
    if (entry == null) {
      return CompletableFuture.completedFuture(false);
    }
    Set<RecordKey> keys =
        IntStream.range(0, entry.records())
            .mapToObj(index -> new RecordKey(id, index))
            .collect(Collectors.toCollection(TreeSet::new));
    return calls.start(() -> records.removeAllAsync(keys)).thenApply(done -> true);
  }

  @Override
  public BlockPage list(@Nullable BlockKey after, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be positive: limit=" + limit);
    }
    return join(answer("list", writeDeadline, () -> calls.run(() -> page(after, limit))));
  }

  private BlockPage page(@Nullable BlockKey after, int limit) {
    TreeMap<String, BlockEntry> first = new TreeMap<>();
    ScanQuery<String, BlockEntry> query =
        after == null ? new ScanQuery<>() : new ScanQuery<>(new KeysAfter(after.hex()));
    boolean more = false;
    try (QueryCursor<Cache.Entry<String, BlockEntry>> cursor = entries.query(query)) {
      for (Cache.Entry<String, BlockEntry> entry : cursor) {
        first.put(entry.getKey(), entry.getValue());
        if (first.size() > limit) {
          first.pollLastEntry();
          more = true;
        }
      }
    }
    List<StoredBlock> blocks =
        first.entrySet().stream().map(e -> describe(e.getKey(), e.getValue())).toList();
    return new BlockPage(blocks, more);
  }

  private static StoredBlock describe(String id, BlockEntry entry) {
    return new StoredBlock(BlockKey.parse(id), entry.chunks(), entry.bytes(), entry.info());
  }

  @Override
  public void scan(Consumer<StoredBlock> visitor) {
    join(answer("scan", SCAN_DEADLINE, () -> calls.run(() -> visitAll(visitor))));
  }

  private boolean visitAll(Consumer<StoredBlock> visitor) {
    try (QueryCursor<Cache.Entry<String, BlockEntry>> cursor = entries.query(new ScanQuery<>())) {
      cursor.forEach(entry -> visitor.accept(describe(entry.getKey(), entry.getValue())));
    }
    return true;
  }

  @Override
  public StoreStats stats() {
    LongAdder blocks = new LongAdder();
    LongAdder bytes = new LongAdder();
    Consumer<StoredBlock> count =
        block -> {
          blocks.increment();
          bytes.add(block.bytes());
        };
    join(answer("stats", writeDeadline, () -> calls.run(() -> visitAll(count))));
    return new StoreStats(blocks.sum(), bytes.sum());
  }

  @Override
  public String name() {
    return "ignite";
  }

  /** Ends this store's use of the grid; the grid and the blocks stay. */
  @Override
  public void close() {
    closed = true;
  }

  private <T> CompletableFuture<T> answer(
      String what, Duration deadline, Supplier<CompletableFuture<T>> work) {
    if (closed) {
      return CompletableFuture.failedFuture(new StoreException("ignite: the store is closed"));
    }
    return calls.answer(what, work.get(), deadline);
  }

  /** The deadline holds for the call alone too, so that an unanswered one gives its room back. */
  private static <T> CompletableFuture<T> limited(
      ByteWindow window, long bytes, Duration deadline, Supplier<CompletableFuture<T>> call) {
    return window.run(bytes, call).orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static <T> T join(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StoreException known
          ? known
          : new StoreException("ignite: call failed", e);
    }
  }
}
