package dev.kvasir.store.grid.table;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.RecordSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/**
 * Reads one block's records and hands them to a sink in order, keeping none. A read starts once the
 * record a few places before it is handed over; so the blocks of a prompt, which wait for room in
 * the same window in order of arrival, advance side by side.
 */
final class RecordPull {
  /** Reads of a prompt that are to be under way at least, whatever its number of blocks. */
  private static final int READS = 32;

  private static final int LEAST_AHEAD = 2;

  private final BlockKey key;
  private final RecordSink sink;
  private final IntFunction<CompletableFuture<Optional<byte[]>>> read;

  /** How a pull ended. */
  enum End {
    WHOLE,
    RECORD_GONE,
    UNWANTED
  }

  /**
   * Pulls one block.
   *
   * @param read starts reading the record with that index
   */
  RecordPull(BlockKey key, RecordSink sink, IntFunction<CompletableFuture<Optional<byte[]>>> read) {
    this.key = key;
    this.sink = sink;
    this.read = read;
  }

  /** How many records of a block are read at a time if so many blocks are pulled together. */
  static int ahead(int blocks) {
    return Math.max(LEAST_AHEAD, Math.ceilDiv(READS, Math.max(1, blocks)));
  }

  CompletableFuture<End> run(int records, int ahead) {
    List<CompletableFuture<End>> handed = new ArrayList<>(records);
    CompletableFuture<End> last = CompletableFuture.completedFuture(End.WHOLE);
    for (int i = 0; i < records; i++) {
      int index = i;
      CompletableFuture<End> before =
          index < ahead ? CompletableFuture.completedFuture(End.WHOLE) : handed.get(index - ahead);
      last =
          last.thenCombine(
              before.thenCompose(end -> readIfUseful(end, index)),
              (end, record) -> handOver(end, index, record));
      handed.add(last);
    }
    return last;
  }

  private CompletableFuture<Optional<byte[]>> readIfUseful(End before, int index) {
    return before == End.WHOLE && sink.wants(key)
        ? read.apply(index)
        : CompletableFuture.completedFuture(Optional.empty());
  }

  private End handOver(End before, int index, Optional<byte[]> record) {
    if (before != End.WHOLE) {
      return before;
    }
    if (!sink.wants(key)) {
      return End.UNWANTED;
    }
    record.ifPresent(bytes -> sink.accept(key, index, bytes));
    return record.isPresent() ? End.WHOLE : End.RECORD_GONE;
  }
}
