package dev.kvasir.grid.ignite;

import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.table.GridCalls;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.expiry.ModifiedExpiryPolicy;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;

/**
 * One map in the {@link MapCache}. Every future is done by the node's deadlines; a write that fails
 * at its deadline, or because its node went, may still have been made: read the key to know.
 * Entries that run out go within about half a second after their time. Thread-safe; only {@link
 * #watch} blocks, until all nodes know of it.
 */
final class IgniteSharedMap implements SharedMap {
  private final String name;
  private final KeysOfMap keys;
  private final Ignite node;
  private final GridCalls calls;
  private final IgniteSettings settings;

  IgniteSharedMap(String name, Ignite node, GridCalls calls, IgniteSettings settings) {
    this.name = name;
    this.keys = new KeysOfMap(name);
    this.node = node;
    this.calls = calls;
    this.settings = settings;
  }

  @Override
  public CompletableFuture<Map<String, String>> getAll(Collection<String> wanted) {
    Set<String> ids =
        wanted.stream().map(keys::inCache).collect(Collectors.toCollection(TreeSet::new));
    return read(
        calls
            .start(() -> IgniteFutures.stage(MapCache.of(node).getAllAsync(ids)))
            .thenApply(this::inMap));
  }

  private Map<String, String> inMap(Map<String, String> found) {
    return found.entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(entry -> keys.inMap(entry.getKey()), Map.Entry::getValue));
  }

  /** Reads partition by partition, since only that is right while partitions move. */
  @Override
  public CompletableFuture<Map<String, String>> entries() {
    List<CompletableFuture<Map<String, String>>> parts =
        IntStream.range(0, MapCache.PARTITIONS)
            .mapToObj(partition -> calls.run(() -> scan(partition)))
            .toList();
    return read(
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
            .thenApply(_ -> merged(parts)));
  }

  private Map<String, String> scan(int partition) {
    Map<String, String> found = new HashMap<>();
    ScanQuery<String, String> query = new ScanQuery<>(keys).setPartition(partition);
    try (QueryCursor<Cache.Entry<String, String>> cursor = MapCache.of(node).query(query)) {
      cursor.forEach(entry -> found.put(keys.inMap(entry.getKey()), entry.getValue()));
    }
    return found;
  }

  private static Map<String, String> merged(List<CompletableFuture<Map<String, String>>> parts) {
    Map<String, String> all = new HashMap<>();
    parts.forEach(part -> all.putAll(part.join()));
    return all;
  }

  @Override
  public CompletableFuture<Optional<String>> putIfAbsent(
      String key, String value, Duration timeToLive) {
    String id = keys.inCache(key);
    ModifiedExpiryPolicy expiry = expiry(timeToLive);
    return write(
        calls
            .start(() -> IgniteFutures.stage(expiring(expiry).getAndPutIfAbsentAsync(id, value)))
            .thenApply(Optional::ofNullable));
  }

  @Override
  public CompletableFuture<Boolean> replace(
      String key, String expected, String next, Duration timeToLive) {
    String id = keys.inCache(key);
    ModifiedExpiryPolicy expiry = expiry(timeToLive);
    return write(
        calls.start(() -> IgniteFutures.stage(expiring(expiry).replaceAsync(id, expected, next))));
  }

  @Override
  public CompletableFuture<Boolean> remove(String key, String expected) {
    String id = keys.inCache(key);
    return write(
        calls.start(() -> IgniteFutures.stage(MapCache.of(node).removeAsync(id, expected))));
  }

  private IgniteCache<String, String> expiring(ModifiedExpiryPolicy expiry) {
    return MapCache.of(node).withExpiryPolicy(expiry);
  }

  /** Each write begins the time anew; the eternal policy of JCache would keep the old end. */
  private static ModifiedExpiryPolicy expiry(Duration timeToLive) {
    if (timeToLive.isNegative()) {
      throw new IllegalArgumentException("time-to-live must not be negative: " + timeToLive);
    }
    return new ModifiedExpiryPolicy(
        timeToLive.equals(FOREVER)
            ? javax.cache.expiry.Duration.ETERNAL
            : new javax.cache.expiry.Duration(
                TimeUnit.MILLISECONDS, Math.max(1, timeToLive.toMillis())));
  }

  @Override
  public Subscription watch(Watcher watcher) {
    MapWatch watch = new MapWatch(keys, node, watcher);
    CompletableFuture<Boolean> begun =
        calls.answer("watch of map " + name, calls.run(watch::begin), settings.writeDeadline());
    try {
      begun.join();
      return watch;
    } catch (CompletionException e) {
      watch.close();
      throw Failures.of("ignite: watching map " + name, e);
    }
  }

  private <T> CompletableFuture<T> read(CompletableFuture<T> work) {
    return calls.answer("read of map " + name, work, settings.readDeadline());
  }

  private <T> CompletableFuture<T> write(CompletableFuture<T> work) {
    return calls.answer("write to map " + name, work, settings.writeDeadline());
  }
}
