package dev.kvasir.node.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.Tier;
import dev.kvasir.store.delete.DeletedCopies;
import dev.kvasir.store.delete.Deletions;
import dev.kvasir.store.delete.GuardedStore;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.tier.DiskDirectory;
import dev.kvasir.store.tier.TieredStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Nodes with disk tiers on one simulated grid, a reader beside them, and a clock for all. */
final class TestNodes implements AutoCloseable {
  static final Duration TOMBSTONE_LIFE = Duration.ofMinutes(30);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1_800_000_000));
  final AtomicReference<DurableFile.Opener> opener = new AtomicReference<>(DurableFile.Opener.NEW);
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final Set<BlockKey> fromDisk = ConcurrentHashMap.newKeySet();

  /** So many reads of tombstones by nodes fail from now on. */
  final AtomicInteger refusals = new AtomicInteger();

  private final Path folder;
  private final Map<String, Node> nodes = new HashMap<>();
  private SimulatedGrid grid = new SimulatedGrid(now::get);
  private final Duration readerPatience;
  private Reader reader;

  private record Node(Grid grid, DiskTier tier, DeletedCopies copies) {}

  /** What a process without blocks sees. */
  private final class Reader {
    final Grid joined = grid.observe("reader");
    final Tombstones tombstones = tombstones(joined);
    final TieredStore tiered =
        new TieredStore(
            joined, new DiskDirectory(joined.map(DiskDirectory.NAME), tombstones), readerPatience);
    final GuardedStore store = new GuardedStore(tiered, tombstones);
  }

  TestNodes(Path folder) {
    this(folder, PATIENCE);
  }

  /** The reader waits so long for a node before it asks the next one. */
  TestNodes(Path folder, Duration readerPatience) {
    this.folder = folder;
    this.readerPatience = readerPatience;
    this.reader = new Reader();
  }

  private static Tombstones tombstones(Grid grid) {
    return new Tombstones(grid.map(Tombstones.MAP), TOMBSTONE_LIFE);
  }

  private Tombstones refusing(Grid grid) {
    SharedMap map = grid.map(Tombstones.MAP);
    SharedMap refusing =
        (SharedMap)
            Proxy.newProxyInstance(
                SharedMap.class.getClassLoader(),
                new Class<?>[] {SharedMap.class},
                (_, method, arguments) ->
                    method.getName().equals("getAll")
                            && refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0
                        ? CompletableFuture.failedFuture(new StoreException("told to refuse"))
                        : method.invoke(map, arguments));
    return new Tombstones(refusing, TOMBSTONE_LIFE);
  }

  void start(String... ids) {
    for (String id : ids) {
      Grid joined = grid.join(id);
      DiskSettings settings =
          new DiskSettings(folder.resolve(id), 1L << 30, 1000, Duration.ofMillis(50), 4);
      DiskTier tier =
          DiskTier.start(
              joined,
              refusing(joined),
              settings,
              registry,
              new DiskTier.Surroundings(now::get, path -> opener.get().open(path)));
      nodes.put(id, new Node(joined, tier, new DeletedCopies(joined, List.of(tier))));
      tier.announced().join();
    }
  }

  void stop(String id) {
    Node node = Objects.requireNonNull(nodes.remove(id));
    node.copies().close();
    node.tier().close();
    node.grid().close();
  }

  /** Ends every node; what lay in memory and in shared maps is gone. */
  void stopAll() {
    List.copyOf(nodes.keySet()).forEach(this::stop);
    reader.tiered.close();
    grid = new SimulatedGrid(now::get);
    reader = new Reader();
  }

  /** Waits until nothing waits to be written. */
  void settle() {
    nodes.values().forEach(node -> node.tier().settled().join());
  }

  void put(EncodedBlock block, BlockInfo info) {
    store().put(block, info).join();
  }

  Optional<EncodedBlock> get(EncodedBlock block) {
    BlockKey key = block.key();
    return Objects.requireNonNull(store().read(List.of(key)).get(key))
        .join()
        .map(found -> {
          if (found.stored().tier() == Tier.DISK) {
            fromDisk.add(key);
          }
          return found.block();
        });
  }

  GuardedStore store() {
    return reader.store;
  }

  SimulatedGrid grid() {
    return grid;
  }

  Deletions deletions() {
    return new Deletions(reader.joined, reader.tiered, reader.tombstones, Duration.ofSeconds(20));
  }

  DiskDirectory directory() {
    return new DiskDirectory(reader.joined.map(DiskDirectory.NAME), reader.tombstones);
  }

  /** The nodes that say they have the block in a file. */
  List<String> holders(EncodedBlock block) {
    var entry = directory().find(List.of(block.key())).join().get(block.key());
    return entry == null ? List.of() : new ArrayList<>(entry.nodes());
  }

  /** Files of this node that are where its blocks lie. */
  Path file(String node, EncodedBlock block) {
    String hex = block.key().hex();
    return folder
        .resolve(node)
        .resolve("blocks")
        .resolve(hex.substring(0, 2))
        .resolve(hex.substring(2, 4))
        .resolve(hex + ".arrow");
  }

  Set<String> running() {
    return new HashSet<>(nodes.keySet());
  }

  double count(String name, String... tags) {
    return registry.counter(name, tags).count();
  }

  static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }

  @Override
  public void close() {
    stopAll();
  }
}
