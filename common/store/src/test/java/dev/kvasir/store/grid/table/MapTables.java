package dev.kvasir.store.grid.table;

import dev.kvasir.store.StoreStats;
import dev.kvasir.store.StoredBlock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tables of this process, which can fall silent as a frozen grid does. */
final class MapTables implements BlockTables {
  private final ConcurrentSkipListMap<String, BlockEntry> entries = new ConcurrentSkipListMap<>();
  private final Map<String, byte[]> records = new ConcurrentSkipListMap<>();
  private final Queue<Runnable> held = new ArrayDeque<>();
  private volatile boolean silent;
  private boolean holding;

  void silence(boolean wanted) {
    silent = wanted;
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

  void loseRecord(String block, int index) {
    records.remove(name(block, index));
  }

  @Override
  public CompletableFuture<Void> putRecord(String block, int index, byte[] record) {
    return answer(() -> records.put(name(block, index), record)).thenAccept(_ -> {});
  }

  @Override
  public CompletableFuture<Optional<byte[]>> record(String block, int index) {
    CompletableFuture<Optional<byte[]>> found =
        answer(() -> Optional.ofNullable(records.get(name(block, index))));
    if (!holding) {
      return found;
    }
    CompletableFuture<Optional<byte[]>> later = new CompletableFuture<>();
    held.add(() -> later.complete(found.join()));
    return later;
  }

  @Override
  public CompletableFuture<Void> removeRecords(String block, int count) {
    return answer(() -> records.keySet().removeIf(name -> name.startsWith(block)))
        .thenAccept(_ -> {});
  }

  @Override
  public CompletableFuture<Void> putEntry(String block, BlockEntry entry) {
    return answer(() -> Optional.ofNullable(entries.put(block, entry))).thenAccept(_ -> {});
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
    return silent ? new CompletableFuture<>() : CompletableFuture.completedFuture(work.get());
  }

  private static String name(String block, int index) {
    return block + "/" + index;
  }
}
