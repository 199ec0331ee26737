package dev.kvasir.store.grid.table;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockPage;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.ReadBlock;
import dev.kvasir.store.RecordSink;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.StoreStats;
import dev.kvasir.store.StoredBlock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Blocks in two tables of a grid: records (header and chunks) as byte arrays, and one small entry
 * per block that says it is stored and which write's records are its own. A put writes records that
 * no other call knows of, then the entry, then removes the records of the entry it replaced; a
 * removal takes the entry, then that write's records. So calls that race leave one whole block or
 * none, and a block of which a record is gone is absent and loses its entry. What a process leaves
 * that dies in between is for {@link Leftovers}.
 *
 * <p>Thread-safe; no method blocks on the grid but {@link #list}, {@link #scan} and {@link #stats},
 * and those not longer than their deadline.
 */
public final class GridBlockStore implements BlockStore {
  private static final Duration SCAN_DEADLINE = Duration.ofMinutes(2);

  private final BlockTables tables;
  private final GridCalls calls;
  private final BlockWrites writes;
  private final BlockReads reads;
  private final Duration readDeadline;
  private final Duration writeDeadline;
  private volatile boolean closed;

  /** Borrows the tables. */
  public GridBlockStore(BlockTables tables, GridCalls calls, GridLimits limits) {
    this.tables = tables;
    this.calls = calls;
    this.writes = new BlockWrites(tables, calls, limits);
    this.reads = new BlockReads(tables, writes, limits);
    this.readDeadline = limits.readDeadline();
    this.writeDeadline = limits.writeDeadline();
  }

  /** Goes on to its end when its deadline is over, so that it leaves no records behind. */
  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return answer("put", writeDeadline, () -> writes.write(block, info).copy())
        .thenApply(_ -> PutOutcome.STORED);
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys) {
    return each("read", keys, reads::read);
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pull(
      Collection<BlockKey> keys, RecordSink sink) {
    int ahead = RecordPull.ahead(keys.size());
    return each("pull", keys, (key, found) -> reads.pull(key, found, sink, ahead));
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
    reads
        .entries(wanted)
        .forEach((key, entry) ->
            answers.put(
                key,
                answer(
                    what, readDeadline, () -> entry.thenCompose(found -> work.apply(key, found)))));
    return answers;
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    Set<BlockKey> wanted = Set.copyOf(keys);
    return answer("describe", readDeadline, () -> described(reads.entries(wanted)));
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
        () -> reads.entry(key).thenCompose(found -> swap(key.hex(), found, expected, next)));
  }

  private CompletableFuture<Boolean> swap(
      String id, Optional<BlockEntry> found, BlockInfo expected, BlockInfo next) {
    return found
        .filter(entry -> entry.info().equals(expected))
        .map(entry -> tables.replaceEntry(id, entry, entry.with(next)))
        .orElseGet(() -> CompletableFuture.completedFuture(false));
  }

  /** Goes on to its end when its deadline is over, like {@link #put}. */
  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    return answer("remove", writeDeadline, () -> writes.remove(key.hex()).copy());
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
}
