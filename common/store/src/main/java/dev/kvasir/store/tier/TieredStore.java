package dev.kvasir.store.tier;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockPage;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.ReadBlock;
import dev.kvasir.store.RecordSink;
import dev.kvasir.store.StoreStats;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.grid.Grid;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a grid's memory and those that its nodes have in files. A read that misses memory
 * asks a node with a file to put the block back into memory, then reads it from there; trouble with
 * files is a miss, never an error. Evicting from memory goes past this store, to {@link
 * Grid#blocks}; removing here drops files, too. Belongs behind a {@link
 * dev.kvasir.store.delete.GuardedStore}, which then judges blocks of both tiers. Borrows the grid.
 * Thread-safe.
 */
public final class TieredStore implements BlockStore {
  private final BlockStore memory;
  private final DiskDirectory directory;
  private final DiskFetches fetches;

  /**
   * Reads through memory.
   *
   * @param patience how long a node may take to bring a block back before the next one is asked
   */
  public TieredStore(Grid grid, DiskDirectory directory, Duration patience) {
    this.memory = grid.blocks();
    this.directory = directory;
    this.fetches = new DiskFetches(grid, directory, patience);
  }

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return memory.put(block, info);
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> read(Collection<BlockKey> keys) {
    Map<BlockKey, CompletableFuture<Optional<ReadBlock>>> answers = HashMap.newHashMap(keys.size());
    memory
        .read(keys)
        .forEach((key, read) ->
            answers.put(
                key,
                read.thenCompose(found ->
                    found.isPresent()
                        ? CompletableFuture.completedFuture(found)
                        : afterFetch(key, memory::read, ReadBlock::fromDisk))));
    return answers;
  }

  @Override
  public Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> pull(
      Collection<BlockKey> keys, RecordSink sink) {
    RecordSink once = new OnceSink(sink);
    Map<BlockKey, CompletableFuture<Optional<StoredBlock>>> answers =
        HashMap.newHashMap(keys.size());
    memory
        .pull(keys, once)
        .forEach((key, pulled) ->
            answers.put(
                key,
                pulled.thenCompose(found ->
                    found.isPresent() || !sink.wants(key)
                        ? CompletableFuture.completedFuture(found)
                        : afterFetch(
                            key, keyAlone -> memory.pull(keyAlone, once), StoredBlock::fromDisk))));
    return answers;
  }

  /** What memory gives once a node has brought the block back. */
  private <T> CompletableFuture<Optional<T>> afterFetch(
      BlockKey key,
      Function<List<BlockKey>, Map<BlockKey, CompletableFuture<Optional<T>>>> fromMemory,
      UnaryOperator<T> fromDisk) {
    CompletableFuture<Optional<T>> none = CompletableFuture.completedFuture(Optional.empty());
    return fetches
        .fetch(key)
        .thenCompose(done -> done ? fromMemory.apply(List.of(key)).getOrDefault(key, none) : none)
        .thenApply(found -> found.map(fromDisk));
  }

  @Override
  public CompletableFuture<Map<BlockKey, StoredBlock>> describe(Collection<BlockKey> keys) {
    return memory
        .describe(keys)
        .thenCompose(found -> {
          Set<BlockKey> missing = new LinkedHashSet<>(keys);
          missing.removeAll(found.keySet());
          return missing.isEmpty()
              ? CompletableFuture.completedFuture(found)
              : directory
                  .find(missing)
                  .exceptionally(_ -> Map.of())
                  .thenApply(onDisk -> both(found, onDisk));
        });
  }

  private Map<BlockKey, StoredBlock> both(
      Map<BlockKey, StoredBlock> inMemory, Map<BlockKey, DiskEntry> onDisk) {
    return Stream.concat(inMemory.values().stream(), living(onDisk))
        .collect(Collectors.toUnmodifiableMap(StoredBlock::key, block -> block));
  }

  private Stream<StoredBlock> living(Map<BlockKey, DiskEntry> entries) {
    Set<String> members = fetches.members();
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().isHeldBy(members))
        .map(entry -> entry.getValue().block(entry.getKey()));
  }

  /** Brings a block that lies in files only back into memory first. */
  @Override
  public CompletableFuture<Boolean> replace(BlockKey key, BlockInfo expected, BlockInfo next) {
    return memory
        .replace(key, expected, next)
        .thenCompose(done ->
            done
                ? CompletableFuture.completedFuture(true)
                : memory
                    .contains(List.of(key))
                    .thenCompose(there -> replaceOnDisk(key, expected, next, there.isEmpty())));
  }

  private CompletableFuture<Boolean> replaceOnDisk(
      BlockKey key, BlockInfo expected, BlockInfo next, boolean absent) {
    return absent
        ? fetches
            .fetch(key)
            .thenCompose(done ->
                done
                    ? memory.replace(key, expected, next)
                    : CompletableFuture.completedFuture(false))
        : CompletableFuture.completedFuture(false);
  }

  /** Removes the block from memory and asks every node to drop its file. */
  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    return describe(List.of(key))
        .thenCompose(found ->
            memory
                .remove(key)
                .thenApply(_ -> {
                  fetches.drop(key);
                  return !found.isEmpty();
                }));
  }

  /** Reads the whole directory of files for every page. */
  @Override
  public BlockPage list(@Nullable BlockKey after, int limit) {
    BlockPage page = memory.list(after, limit);
    TreeMap<BlockKey, StoredBlock> blocks = new TreeMap<>();
    living(directory.all().join())
        .filter(block -> after == null || block.key().compareTo(after) > 0)
        .forEach(block -> blocks.put(block.key(), block));
    page.blocks().forEach(block -> blocks.put(block.key(), block));
    List<StoredBlock> first = blocks.values().stream().limit(limit).toList();
    return new BlockPage(first, page.more() || blocks.size() > limit);
  }

  @Override
  public void scan(Consumer<StoredBlock> visitor) {
    Set<BlockKey> seen = ConcurrentHashMap.newKeySet();
    memory.scan(block -> {
      seen.add(block.key());
      visitor.accept(block);
    });
    living(directory.all().join()).filter(block -> !seen.contains(block.key())).forEach(visitor);
  }

  /** Of memory alone; each node counts its own files. */
  @Override
  public StoreStats stats() {
    return memory.stats();
  }

  @Override
  public String name() {
    return memory.name();
  }

  /** Stops listening to replies; the grid belongs to whoever opened it. */
  @Override
  public void close() {
    fetches.close();
  }
}
