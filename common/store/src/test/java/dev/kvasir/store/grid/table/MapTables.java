package dev.kvasir.store.grid.table;

import dev.kvasir.store.StoreException;
import dev.kvasir.store.StoreStats;
import dev.kvasir.store.StoredBlock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Tables of this process, which can fall silent as a frozen grid does. */
final class MapTables implements BlockTables {
  private final ConcurrentSkipListMap<String, BlockEntry> entries = new ConcurrentSkipListMap<>();
  private final Map<RecordName, byte[]> records = new ConcurrentHashMap<>();
  private final AtomicInteger writesLeft = new AtomicInteger(Integer.MAX_VALUE);
  private final Queue<Runnable> held = new ArrayDeque<>();
  private volatile boolean silent;
  private boolean holding;

  /** After so many more records every write of one fails. */
  void failAfter(int writes) {
    writesLeft.set(writes);
  }

  /** Answers reads of records only when told to, for one thread. */
  void hold() {
    holding = true;
  }

  /** Answers the read that waits longest; false if none does. */
  boolean releaseFirst() {
    Runnable first = held.poll();
    if (first != null) {
      first.run();
    }
    return first != null;
  }

  void silence(boolean wanted) {
    silent = wanted;
  }

  void loseRecord(String block, int index) {
    Optional.ofNullable(entries.get(block))
        .ifPresent(entry -> records.remove(entry.record(block, index)));
  }

  void loseEntry(String block) {
    entries.remove(block);
  }

  /** How many records lie here, whoever wrote them. */
  int records() {
    return records.size();
  }

  /** All of it as one partition, the only one. */
  Leftovers.Parts parts() {
    return new Leftovers.Parts() {
      @Override
      public IntStream owned() {
        return IntStream.of(0);
      }

      @Override
      public void records(int partition, Consumer<RecordName> visitor) {
        records.keySet().forEach(visitor);
      }

      @Override
      public void entries(int partition, BiConsumer<String, BlockEntry> visitor) {
        entries.forEach(visitor);
      }
    };
  }

  @Override
  public CompletableFuture<Void> putRecord(RecordName name, byte[] record) {
    return answer(
            () -> {
              if (writesLeft.getAndDecrement() <= 0) {
                throw new StoreException("told to fail");
              }
              return Optional.ofNullable(records.put(name, record));
            })
        .thenAccept(_ -> {});
  }

  @Override
  public CompletableFuture<Optional<byte[]>> record(RecordName name) {
    if (holding) {
      CompletableFuture<Optional<byte[]>> later = new CompletableFuture<>();
      held.add(() -> later.complete(Optional.ofNullable(records.get(name))));
      return later;
    }
    return answer(() -> Optional.ofNullable(records.get(name)));
  }

  @Override
  public CompletableFuture<Void> removeRecords(String block, long write, int count) {
    return answer(
            () -> {
              IntStream.range(0, count)
                  .forEach(i -> records.remove(new RecordName(block, write, i)));
              return true;
            })
        .thenAccept(_ -> {});
  }

  @Override
  public CompletableFuture<Optional<BlockEntry>> putEntry(String block, BlockEntry entry) {
    return answer(() -> Optional.ofNullable(entries.put(block, entry)));
  }

  @Override
  public Map<String, CompletableFuture<Optional<BlockEntry>>> entries(Set<String> blocks) {
    return blocks.stream()
        .collect(
            Collectors.toMap(
                Function.identity(),
                block -> answer(() -> Optional.ofNullable(entries.get(block)))));
  }

  @Override
  public CompletableFuture<Boolean> replaceEntry(
      String block, BlockEntry expected, BlockEntry next) {
    return answer(() -> entries.replace(block, expected, next));
  }

  @Override
  public CompletableFuture<Optional<BlockEntry>> removeEntry(String block) {
    return answer(() -> Optional.ofNullable(entries.remove(block)));
  }

  @Override
  public CompletableFuture<Boolean> removeEntry(String block, BlockEntry entry) {
    return answer(() -> entries.remove(block, entry));
  }

  @Override
  public CompletableFuture<List<StoredBlock>> list(@Nullable String after, int limit) {
    Map<String, BlockEntry> rest = after == null ? entries : entries.tailMap(after, false);
    return answer(() ->
        rest.entrySet().stream()
            .limit(limit)
            .map(entry -> entry.getValue().describe(entry.getKey()))
            .toList());
  }

  @Override
  public CompletableFuture<Boolean> scan(Consumer<StoredBlock> visitor) {
    return answer(() -> {
      entries.forEach((block, entry) -> visitor.accept(entry.describe(block)));
      return true;
    });
  }

  @Override
  public CompletableFuture<StoreStats> stats() {
    return answer(() ->
        new StoreStats(
            entries.size(), entries.values().stream().mapToLong(BlockEntry::bytes).sum()));
  }

  private <T extends @Nullable Object> CompletableFuture<T> answer(Supplier<T> work) {
    try {
      return silent ? new CompletableFuture<>() : CompletableFuture.completedFuture(work.get());
    } catch (StoreException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
