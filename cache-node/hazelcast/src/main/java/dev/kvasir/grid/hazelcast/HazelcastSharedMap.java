package dev.kvasir.grid.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.table.GridCalls;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A map in an {@code IMap}: each key has one owner, which makes its operations one after another
 * and answers when both backups have them. Thread-safe; only {@link #watch} blocks, until the grid
 * knows of the watcher.
 *
 * <p>Promised while the grid is whole: what {@link SharedMap} says. An operation that was under way
 * when a member was lost, or that failed by its deadline, may have been made, also when it is
 * answered as if somebody else had made it: read the key to know. An entry lives for its time to
 * live and at most two seconds more, as Hazelcast counts in seconds.
 *
 * <p>When the grid is split, a side without a majority of the data members refuses writes, and
 * reads of tombstones. Where nobody says how many members there are, each side goes on with what it
 * has, so a lease may have two holders, which costs a second encode of the same bytes and nothing
 * else. When the sides meet, of the tombstones the higher number stays, of other maps the value
 * written last.
 */
final class HazelcastSharedMap implements SharedMap {
  static final String PREFIX = "kvasir-map-";

  private final String name;
  private final HazelcastInstance instance;
  private final GridCalls calls;
  private final HazelcastSettings settings;

  /** Borrows the member or client. */
  HazelcastSharedMap(
      String name, HazelcastInstance instance, GridCalls calls, HazelcastSettings settings) {
    this.name = name;
    this.instance = instance;
    this.calls = calls;
    this.settings = settings;
  }

  @Override
  public CompletableFuture<Map<String, String>> getAll(Collection<String> keys) {
    Set<String> wanted = Set.copyOf(keys);
    return read(calls.run(() -> Map.copyOf(map().getAll(wanted))));
  }

  @Override
  public CompletableFuture<Map<String, String>> entries() {
    return read(
        calls.run(() ->
            map().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue))));
  }

  @Override
  public CompletableFuture<Optional<String>> putIfAbsent(
      String key, String value, Duration timeToLive) {
    long seconds = seconds(timeToLive);
    return write(
        calls.run(
            () -> Optional.ofNullable(map().putIfAbsent(key, value, seconds, TimeUnit.SECONDS))));
  }

  @Override
  public CompletableFuture<Boolean> replace(
      String key, String expected, String next, Duration timeToLive) {
    ReplaceValue replacing = new ReplaceValue(expected, next, seconds(timeToLive));
    return write(calls.start(() -> map().submitToKey(key, replacing)));
  }

  @Override
  public CompletableFuture<Boolean> remove(String key, String expected) {
    return write(calls.run(() -> map().remove(key, expected)));
  }

  /**
   * Whole seconds that are not less than the time, 0 for ever. One second more, since Hazelcast
   * rounds an entry's end down to a second.
   */
  static long seconds(Duration timeToLive) {
    if (timeToLive.isNegative()) {
      throw new IllegalArgumentException("time-to-live must not be negative: " + timeToLive);
    }
    return timeToLive.equals(FOREVER) ? 0 : timeToLive.plusNanos(999_999_999).toSeconds() + 1;
  }

  @Override
  public Subscription watch(Watcher watcher) {
    MapWatch watch = new MapWatch(PREFIX + name, instance, watcher, settings.membership().role());
    try {
      return calls.join(write(watch.begin()));
    } catch (StoreException e) {
      watch.close();
      throw e;
    }
  }

  private IMap<String, String> map() {
    return instance.getMap(PREFIX + name);
  }

  private <T> CompletableFuture<T> read(CompletableFuture<T> work) {
    return calls.answer("read of map " + name, work, settings.readDeadline());
  }

  private <T> CompletableFuture<T> write(CompletableFuture<T> work) {
    return calls.answer("write to map " + name, work, settings.writeDeadline());
  }
}
