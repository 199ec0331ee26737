package dev.kvasir.grid.ignite;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.table.BlockEntry;
import dev.kvasir.store.grid.table.GridCalls;
import dev.kvasir.store.grid.table.Leftovers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.CachePeekMode;
import org.apache.ignite.cache.affinity.Affinity;

/**
 * The blocks in this data node's memory. Nothing here asks another node. A block is told of when
 * its entry is here; records are moved before entries, so they are here by then. What the full
 * region's own page eviction drops is not told: {@link #read} finds it missing. Thread-safe.
 */
final class IgniteLocalBlocks implements LocalBlocks {
  private static final CachePeekMode[] HERE = {CachePeekMode.PRIMARY, CachePeekMode.BACKUP};

  private final Ignite node;
  private final Leftovers leftovers;

  /** Borrows a data node. */
  IgniteLocalBlocks(Ignite node, GridCalls calls, Duration writeDeadline) {
    this.node = node;
    this.leftovers =
        new Leftovers(new IgniteParts(node), new IgniteTables(node, calls), calls, writeDeadline);
  }

  @Override
  public void visit(Consumer<Held> visitor) {
    node(() -> {
      entries()
          .localEntries(HERE)
          .forEach(entry -> visitor.accept(held(entry.getKey(), entry.getValue())));
      return true;
    });
  }

  @Override
  public boolean owns(BlockKey key) {
    return node(() -> owns(key.hex()));
  }

  private boolean owns(String id) {
    return affinity().isPrimary(node.cluster().localNode(), id);
  }

  @Override
  public Optional<EncodedBlock> read(BlockKey key) {
    return node(() -> peek(key));
  }

  private Optional<EncodedBlock> peek(BlockKey key) {
    String id = key.hex();
    BlockEntry entry = entries().localPeek(id, HERE);
    if (entry == null) {
      return Optional.empty();
    }
    List<byte[]> found =
        IntStream.range(0, entry.records())
            .mapToObj(index -> records().localPeek(new RecordKey(entry.record(id, index)), HERE))
            .flatMap(Stream::ofNullable)
            .toList();
    return found.size() < entry.records()
        ? Optional.empty()
        : Optional.of(new EncodedBlock(key, found.getFirst(), found.subList(1, found.size())));
  }

  @Override
  public Swept sweep(Duration grace) {
    return node(() -> leftovers.sweep(grace));
  }

  @Override
  public Subscription watch(Watcher watcher) {
    return node(() -> {
      LocalWatch watch = new LocalWatch(node, this, watcher);
      watch.begin();
      return watch;
    });
  }

  /** A block whose entry is here. */
  Held held(String id, BlockEntry entry) {
    return new Held(entry.describe(id), owns(id));
  }

  /** What of the blocks' parts lies here. */
  OwnedParts parts() {
    return OwnedParts.of(affinity(), node.cluster().localNode());
  }

  private Affinity<String> affinity() {
    return node.affinity(NodeConfiguration.ENTRIES);
  }

  private IgniteCache<String, BlockEntry> entries() {
    return Objects.requireNonNull(node.<String, BlockEntry>cache(NodeConfiguration.ENTRIES));
  }

  private IgniteCache<RecordKey, byte[]> records() {
    return Objects.requireNonNull(node.<RecordKey, byte[]>cache(NodeConfiguration.RECORDS));
  }

  private static <T> T node(Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      throw Failures.of("ignite: looking at this node's blocks", e);
    }
  }
}
