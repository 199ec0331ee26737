package dev.kvasir.store.grid.table;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.ReadBlock;
import dev.kvasir.store.RecordSink;
import dev.kvasir.store.StoredBlock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads of whole blocks, all at once or record by record. A block of which a record is gone is
 * absent and loses its entry. Borrows the tables. Thread-safe; never blocks.
 */
final class BlockReads {
  /** How often a read begins again because the block was written anew under it. */
  private static final int TRIES = 20;

  private final BlockTables tables;
  private final BlockWrites writes;
  private final ByteWindow window;
  private final Duration deadline;

  /** Takes half blocks away through the writes. */
  BlockReads(BlockTables tables, BlockWrites writes, GridLimits limits) {
    this.tables = tables;
    this.writes = writes;
    this.window = new ByteWindow(limits.getBytes());
    this.deadline = limits.readDeadline();
  }

  /** One answer for each of the blocks. */
  Map<BlockKey, CompletableFuture<Optional<BlockEntry>>> entries(Set<BlockKey> keys) {
    Set<String> ids = keys.stream().map(BlockKey::hex).collect(Collectors.toSet());
    Map<BlockKey, CompletableFuture<Optional<BlockEntry>>> entries =
        HashMap.newHashMap(keys.size());
    tables.entries(ids).forEach((id, entry) -> entries.put(BlockKey.parse(id), entry));
    return entries;
  }

  CompletableFuture<Optional<BlockEntry>> entry(BlockKey key) {
    return entries(Set.of(key))
        .getOrDefault(key, CompletableFuture.completedFuture(Optional.empty()));
  }

  /** The whole block. */
  CompletableFuture<Optional<ReadBlock>> read(BlockKey key, Optional<BlockEntry> found) {
    return read(key, found, entry -> read(key, entry), TRIES);
  }

  private CompletableFuture<Optional<Optional<ReadBlock>>> read(BlockKey key, BlockEntry entry) {
    IntFunction<CompletableFuture<Optional<byte[]>>> records = records(key, entry);
    List<CompletableFuture<Optional<byte[]>>> reads =
        IntStream.range(0, entry.records()).mapToObj(records).toList();
    return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
        .thenApply(done -> {
          List<byte[]> all = reads.stream().flatMap(read -> read.join().stream()).toList();
          return all.size() < entry.records()
              ? Optional.empty()
              : Optional.of(
                  Optional.of(
                      new ReadBlock(
                          new EncodedBlock(key, all.getFirst(), all.subList(1, all.size())),
                          entry.describe(key.hex()))));
        });
  }

  /** Of which block the sink was given every record; empty if of none. */
  CompletableFuture<Optional<StoredBlock>> pull(
      BlockKey key, Optional<BlockEntry> found, RecordSink sink, int ahead) {
    RecordPull pull = new RecordPull(key, sink, ahead);
    return read(key, found, entry -> pull(key, entry, pull), TRIES);
  }

  private CompletableFuture<Optional<Optional<StoredBlock>>> pull(
      BlockKey key, BlockEntry entry, RecordPull pull) {
    return pull.run(entry.records(), records(key, entry))
        .thenApply(done ->
            done.isEmpty()
                ? Optional.empty()
                : Optional.of(
                    done.get() ? Optional.of(entry.describe(key.hex())) : Optional.empty()));
  }

  /**
   * What is made of an entry's records. An entry that lacks records goes, unless it is another
   * write's by now: then that one is read.
   *
   * @param work empty if a record is gone
   */
  private <T> CompletableFuture<Optional<T>> read(
      BlockKey key,
      Optional<BlockEntry> found,
      Function<BlockEntry, CompletableFuture<Optional<Optional<T>>>> work,
      int tries) {
    CompletableFuture<Optional<T>> none = CompletableFuture.completedFuture(Optional.empty());
    if (found.isEmpty()) {
      return none;
    }
    BlockEntry entry = found.orElseThrow();
    return work.apply(entry)
        .thenCompose(made ->
            made.isPresent()
                ? CompletableFuture.completedFuture(made.get())
                : dropHalf(key, entry)
                    .thenCompose(gone ->
                        gone || tries == 0
                            ? none
                            : entry(key).thenCompose(now -> read(key, now, work, tries - 1))));
  }

  private CompletableFuture<Boolean> dropHalf(BlockKey key, BlockEntry half) {
    String id = key.hex();
    return tables
        .removeEntry(id, half)
        .thenApply(gone -> {
          if (gone) {
            var _ = writes.removeRecords(id, half);
          }
          return gone;
        });
  }

  /** Looks twice: while owners change, a record may seem to be gone for a moment. */
  private IntFunction<CompletableFuture<Optional<byte[]>>> records(BlockKey key, BlockEntry entry) {
    String id = key.hex();
    long bytes = Math.ceilDiv(entry.bytes(), entry.records());
    return index -> {
      RecordName name = entry.record(id, index);
      return record(name, bytes)
          .thenCompose(found ->
              found.isPresent() ? CompletableFuture.completedFuture(found) : record(name, bytes));
    };
  }

  private CompletableFuture<Optional<byte[]>> record(RecordName name, long bytes) {
    return window.run(bytes, deadline, () -> tables.record(name));
  }
}
