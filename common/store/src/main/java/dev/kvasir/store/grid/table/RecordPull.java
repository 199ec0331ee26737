package dev.kvasir.store.grid.table;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.RecordSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/**
 * Hands one block's records to a sink in order, each once, keeping none. A read starts once the
 * record a few places before it is handed over; so the blocks of a prompt, which wait for room in
 * the same window in order of arrival, advance side by side.
 */
final class RecordPull {
  /** Reads of a prompt that are to be under way at least, whatever its number of blocks. */
  private static final int READS = 32;

  private static final int LEAST_AHEAD = 2;

  private final BlockKey key;
  private final RecordSink sink;
  private final int ahead;
  private volatile int handed;

  /** How far it came. */
  private enum State {
    GOING,
    RECORD_GONE,
    UNWANTED
  }

  /**
   * Pulls one block.
   *
   * @param ahead how many records are read at a time
   */
  RecordPull(BlockKey key, RecordSink sink, int ahead) {
    this.key = key;
    this.sink = sink;
    this.ahead = ahead;
  }

  /** How many records of a block are read at a time if so many blocks are pulled together. */
  static int ahead(int blocks) {
    return Math.max(LEAST_AHEAD, Math.ceilDiv(READS, Math.max(1, blocks)));
  }

  /**
   * Goes on from the record at which an earlier run found none; one run at a time.
   *
   * @param records how many the block has
   * @param read starts reading the record with that index
   * @return whether the sink was given every record; empty if one is gone
   */
  CompletableFuture<Optional<Boolean>> run(
      int records, IntFunction<CompletableFuture<Optional<byte[]>>> read) {
    List<CompletableFuture<State>> states = new ArrayList<>(records);
    CompletableFuture<State> last = CompletableFuture.completedFuture(State.GOING);
    int first = handed;
    for (int i = first; i < records; i++) {
      int index = i;
      CompletableFuture<State> before =
          index - first < ahead
              ? CompletableFuture.completedFuture(State.GOING)
              : states.get(index - first - ahead);
      last =
          last.thenCombine(
              before.thenCompose(state -> readIfUseful(state, index, read)),
              (state, record) -> handOver(state, index, record));
      states.add(last);
    }
    return last.thenApply(state ->
        switch (state) {
          case GOING -> Optional.of(true);
          case UNWANTED -> Optional.of(false);
          case RECORD_GONE -> Optional.empty();
        });
  }

  private CompletableFuture<Optional<byte[]>> readIfUseful(
      State before, int index, IntFunction<CompletableFuture<Optional<byte[]>>> read) {
    return before == State.GOING && sink.wants(key)
        ? read.apply(index)
        : CompletableFuture.completedFuture(Optional.empty());
  }

  private State handOver(State before, int index, Optional<byte[]> record) {
    if (before != State.GOING) {
      return before;
    }
    if (!sink.wants(key)) {
      return State.UNWANTED;
    }
    if (record.isEmpty()) {
      return State.RECORD_GONE;
    }
    sink.accept(key, index, record.get());
    handed = index + 1;
    return State.GOING;
  }
}
