package dev.kvasir.store.grid.table;

import dev.kvasir.store.StoreStats;
import dev.kvasir.store.StoredBlock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The two tables that blocks take in a grid: records (header and chunks) as bytes, and one small
 * entry per block. Blocks are named by their keys in hex. All records of a block lie where its
 * entry lies. No method blocks; futures fail with whatever the grid throws, and may never complete.
 */
public interface BlockTables {

  CompletableFuture<Void> putRecord(RecordName name, byte[] record);

  /** Reads a record; empty if there is none. The array is the caller's to keep, not to change. */
  CompletableFuture<Optional<byte[]>> record(RecordName name);

  /** Removes the first {@code count} records of that write; those of other writes stay. */
  CompletableFuture<Void> removeRecords(String block, long write, int count);

  /**
   * Writes the entry and returns the one that it replaced. A grid that tries a call again may
   * return the new entry itself.
   */
  CompletableFuture<Optional<BlockEntry>> putEntry(String block, BlockEntry entry);

  /** One answer for each of the blocks. */
  Map<String, CompletableFuture<Optional<BlockEntry>>> entries(Set<String> blocks);

  /** Writes the next entry if there still is the expected one; atomic. */
  CompletableFuture<Boolean> replaceEntry(String block, BlockEntry expected, BlockEntry next);

  /** Removes the entry and returns it, if there was one. */
  CompletableFuture<Optional<BlockEntry>> removeEntry(String block);

  /** Removes the entry if it is still the given one. */
  CompletableFuture<Boolean> removeEntry(String block, BlockEntry entry);

  /** The first {@code limit} blocks after {@code after}, or from the first one, in key order. */
  CompletableFuture<List<StoredBlock>> list(@Nullable String after, int limit);

  /** Hands every stored block to the visitor, in no order; true when it is through. */
  CompletableFuture<Boolean> scan(Consumer<StoredBlock> visitor);

  CompletableFuture<StoreStats> stats();
}
