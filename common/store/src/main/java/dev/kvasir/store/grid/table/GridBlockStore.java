package dev.kvasir.store.grid.table;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockPage;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.RecordSink;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.StoreStats;
import dev.kvasir.store.StoredBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Blocks in two tables of a grid: records (header and chunks) as byte arrays, and one small entry
 * per block that says it is stored. The entry is written after the records and removed before them,
 * and a block of which a record is gone is absent and loses its entry; so a reader sees a whole
 * block or none. Thread-safe; no method blocks on the grid but {@link #list}, {@link #scan} and
 * {@link #stats}, and those not longer than their deadline.
 */
public final class GridBlockStore implements BlockStore {
  private static final Duration SCAN_DEADLINE = Duration.ofMinutes(2);

  private final BlockTables tables;
  private final GridCalls calls;
  private final ByteWindow gets;
  private final ByteWindow puts;
  private final Duration readDeadline;
  private final Duration writeDeadline;
  private volatile boolean closed;

  /** Borrows the tables. */
  public GridBlockStore(BlockTables tables, GridCalls calls, GridLimits limits) {
    this.tables = tables;
    this.calls = calls;
    this.gets = new ByteWindow(limits.getBytes());
    this.puts = new ByteWindow(limits.putBytes());
    this.readDeadline = limits.readDeadline();
    this.writeDeadline = limits.writeDeadline();
  }

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return answer("put", writeDeadline, () -> write(block, info)).thenApply(_ -> PutOutcome.STORED);
  }

  private CompletableFuture<Void> write(EncodedBlock block, BlockInfo info) {
    String id = block.key().hex();
    List<byte[]> chunks = block.chunks();
    List<CompletableFuture<Void>> writes = new ArrayList<>(chunks.size() + 1);
    writes.add(write(id, 0, block.header()));
    for (int i = 0; i < chunks.size(); i++) {
      writes.add(write(id, i + 1, chunks.get(i)));
    }
    BlockEntry entry = BlockEntry.written(chunks.size(), block.sizeBytes(), info);
    return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
        .thenCompose(written -> tables.putEntry(id, entry));
  }

  private CompletableFuture<Void> write(String id, int index, byte[] record) {
    return limited(puts, record.length, writeDeadline, () -> tables.putRecord(id, index, record));
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> get(Collection<BlockKey> keys) {
    return each("get", keys, this::read);
  }

  @Override
  public Map<BlockKey, CompletableFuture<Boolean>> pull(
      Collection<BlockKey> keys, RecordSink sink) {
    int ahead = RecordPull.ahead(keys.size());
    return each("pull", keys, (key, found) -> pull(key, found, sink, ahead));
  }

  private <T> Map<BlockKey, CompletableFuture<T>> each(
      String what,
      Collection<BlockKey> keys,
      BiFunction<BlockKey, Optional<BlockEntry>, CompletableFuture<T>> work) {
    Set<BlockKey> wanted = new LinkedHashSet<>(keys);
    if (closed) {
      return wanted.stream().collect(Collectors.toMap(key -> key, key -> refused()));
    }
    Map<BlockKey, CompletableFuture<T>> answers = HashMap.newHashMap(wanted.size());
    entries(wanted)
        .forEach((key, entry) ->
            answers.put(
                key,
                answer(
                    what, readDeadline, () -> entry.thenCompose(found -> work.apply(key, found)))));
    return answers;
  }

  private Map<BlockKey, CompletableFuture<Optional<BlockEntry>>> entries(Set<BlockKey> keys) {
    Set<String> ids = keys.stream().map(BlockKey::hex).collect(Collectors.toSet());
    Map<BlockKey, CompletableFuture<Optional<BlockEntry>>> entries =
        HashMap.newHashMap(keys.size());
    tables.entries(ids).forEach((id, entry) -> entries.put(BlockKey.parse(id), entry));
    return entries;
  }

  private CompletableFuture<Optional<EncodedBlock>> read(BlockKey key, Optional<BlockEntry> found) {
    if (found.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    String id = key.hex();
    BlockEntry entry = found.orElseThrow();
    long recordBytes = Math.ceilDiv(entry.bytes(), entry.records());
    List<CompletableFuture<Optional<byte[]>>> reads =
        IntStream.range(0, entry.records())
            .mapToObj(index -> read(id, index, recordBytes))
            .toList();
    return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
        .thenApply(done -> assemble(key, entry, reads));
  }

  private CompletableFuture<Boolean> pull(
      BlockKey key, Optional<BlockEntry> found, RecordSink sink, int ahead) {
    if (found.isEmpty()) {
      return CompletableFuture.completedFuture(false);
    }
    String id = key.hex();
    BlockEntry entry = found.orElseThrow();
    long recordBytes = Math.ceilDiv(entry.bytes(), entry.records());
    return new RecordPull(key, sink, index -> read(id, index, recordBytes))
        .run(entry.records(), ahead)
        .thenApply(end -> {
          if (end == RecordPull.End.RECORD_GONE) {
            var _ = tables.removeEntry(id, entry);
          }
          return end == RecordPull.End.WHOLE;
        });
  }

  /** Looks twice: while owners change, a record may seem to be gone for a moment. */
  private CompletableFuture<Optional<byte[]>> read(String id, int index, long bytes) {
    return readOnce(id, index, bytes)
        .thenCompose(found ->
            found.isPresent()
                ? CompletableFuture.completedFuture(found)
                : readOnce(id, index, bytes));
  }

  private CompletableFuture<Optional<byte[]>> readOnce(String id, int index, long bytes) {
    return limited(gets, bytes, readDeadline, () -> tables.record(id, index));
  }

  private Optional<EncodedBlock> assemble(
      BlockKey key, BlockEntry entry, List<CompletableFuture<Optional<byte[]>>> reads) {
    List<byte[]> found = reads.stream().flatMap(read -> read.join().stream()).toList();
    if (found.size() < entry.records()) {
      var _ = tables.removeEntry(key.hex(), entry);
      return Optional.empty();
    }
    return Optional.of(new EncodedBlock(key, found.getFirst(), found.subList(1, found.size())));
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    Set<BlockKey> wanted = Set.copyOf(keys);
    return answer("describe", readDeadline, () -> described(entries(wanted)));
  }

  private static CompletableFuture<Map<BlockKey, StoredBlock>> described(
      Map<BlockKey, CompletableFuture<Optional<BlockEntry>>> entries) {
    return CompletableFuture.allOf(entries.values().toArray(CompletableFuture[]::new))
        .thenApply(done ->
            entries.entrySet().stream()
                .flatMap(entry ->
                    entry.getValue().join().stream()
                        .map(found -> found.describe(entry.getKey().hex())))
                .collect(Collectors.toUnmodifiableMap(StoredBlock::key, Function.identity())));
  }

  @Override
  public CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next) {
    return answer(
        "replace",
        writeDeadline,
        () ->
            entries(Set.of(key))
                .getOrDefault(key, CompletableFuture.completedFuture(Optional.empty()))
                .thenCompose(found -> swap(key.hex(), found, expected, next)));
  }

  private CompletableFuture<Boolean> swap(
      String id, Optional<BlockEntry> found, BlockInfo expected, BlockInfo next) {
    return found
        .filter(entry -> entry.info().equals(expected))
        .map(entry -> tables.replaceEntry(id, entry, entry.with(next)))
        .orElseGet(() -> CompletableFuture.completedFuture(false));
  }

  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    String id = key.hex();
    return answer(
        "remove",
        writeDeadline,
        () -> tables.removeEntry(id).thenCompose(entry -> removeRecords(id, entry)));
  }

  private CompletableFuture<Boolean> removeRecords(String id, Optional<BlockEntry> entry) {
    return entry
        .map(found -> tables.removeRecords(id, found.records()).thenApply(done -> true))
        .orElseGet(() -> CompletableFuture.completedFuture(false));
  }

  @Override
  public BlockPage list(@Nullable BlockKey after, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be positive: limit=" + limit);
    }
    String start = after == null ? null : after.hex();
    int oneMore = limit == Integer.MAX_VALUE ? limit : limit + 1;
    List<StoredBlock> found =
        calls.join(answer("list", writeDeadline, () -> tables.list(start, oneMore)));
    boolean more = found.size() > limit;
    return new BlockPage(more ? found.subList(0, limit) : found, more);
  }

  @Override
  public void scan(Consumer<StoredBlock> visitor) {
    calls.join(answer("scan", SCAN_DEADLINE, () -> tables.scan(visitor)));
  }

  @Override
  public StoreStats stats() {
    return calls.join(answer("stats", writeDeadline, tables::stats));
  }

  @Override
  public String name() {
    return calls.grid();
  }

  /** Ends this store's use of the grid; the grid and the blocks stay. */
  @Override
  public void close() {
    closed = true;
  }

  private <T> CompletableFuture<T> answer(
      String what, Duration deadline, Supplier<CompletableFuture<T>> work) {
    return closed ? refused() : calls.answer(what, work.get(), deadline);
  }

  private <T> CompletableFuture<T> refused() {
    return CompletableFuture.failedFuture(
        new StoreException(calls.grid() + ": the store is closed"));
  }

  /** The deadline holds for the call alone too, so that an unanswered one gives its room back. */
  private static <T> CompletableFuture<T> limited(
      ByteWindow window, long bytes, Duration deadline, Supplier<CompletableFuture<T>> call) {
    return window.run(bytes, call).orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }
}
