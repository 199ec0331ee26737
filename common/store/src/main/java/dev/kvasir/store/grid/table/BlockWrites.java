package dev.kvasir.store.grid.table;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Puts and removals, each of which touches the records of one put only. A put that fails before its
 * entry removes its own records. Borrows the tables. Thread-safe; never blocks.
 */
final class BlockWrites {
  private final BlockTables tables;
  private final GridCalls calls;
  private final ByteWindow puts;
  private final Duration deadline;

  BlockWrites(BlockTables tables, GridCalls calls, GridLimits limits) {
    this.tables = tables;
    this.calls = calls;
    this.puts = new ByteWindow(limits.putBytes());
    this.deadline = limits.writeDeadline();
  }

  /** Writes a block; the last thing it does is to remove what it replaced. */
  CompletableFuture<Void> write(EncodedBlock block, BlockInfo info) {
    String id = block.key().hex();
    BlockEntry entry = BlockEntry.written(block.chunks().size(), block.sizeBytes(), info);
    long begun = System.nanoTime();
    return writeRecords(id, entry, block)
        .thenRun(() -> requireInTime(begun))
        .whenComplete((_, failure) -> {
          if (failure != null) {
            var _ = removeRecords(id, entry);
          }
        })
        .thenCompose(_ -> tables.putEntry(id, entry))
        .thenCompose(replaced ->
            replaced
                .filter(before -> before.write() != entry.write())
                .map(before -> removeRecords(id, before))
                .orElseGet(() -> CompletableFuture.completedFuture(null)));
  }

  private CompletableFuture<Void> writeRecords(String id, BlockEntry entry, EncodedBlock block) {
    List<CompletableFuture<Void>> writes = new ArrayList<>(entry.records());
    writes.add(write(entry.record(id, 0), block.header()));
    for (int i = 0; i < entry.chunks(); i++) {
      writes.add(write(entry.record(id, i + 1), block.chunks().get(i)));
    }
    return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> write(RecordName name, byte[] record) {
    return puts.run(record.length, deadline, () -> tables.putRecord(name, record));
  }

  /** A process that was stopped meanwhile must not name records that are taken for leftovers. */
  private void requireInTime(long begun) {
    if (System.nanoTime() - begun > deadline.toNanos()) {
      throw new StoreException("%s: put was held up and is given up".formatted(calls.grid()));
    }
  }

  /** Removes the records that the entry names. */
  CompletableFuture<Void> removeRecords(String id, BlockEntry entry) {
    return tables.removeRecords(id, entry.write(), entry.records());
  }

  /** Takes the entry, then the records that it names; whether there was one. */
  CompletableFuture<Boolean> remove(String id) {
    return tables.removeEntry(id).thenCompose(entry -> removed(id, entry));
  }

  private CompletableFuture<Boolean> removed(String id, Optional<BlockEntry> entry) {
    return entry
        .map(found -> removeRecords(id, found).thenApply(done -> true))
        .orElseGet(() -> CompletableFuture.completedFuture(false));
  }
}
