package dev.kvasir.store.memory;

import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A shared map that only this JVM shares. Every future is complete when it is returned. */
public final class MemorySharedMap implements SharedMap {
  private record Value(String text, Instant until) {}

  private final InstantSource clock;
  private final Map<String, Value> values = new HashMap<>();
  private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

  /** Times to live run by this clock. */
  public MemorySharedMap(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized CompletableFuture<Map<String, String>> getAll(Collection<String> keys) {
    expire();
    Map<String, String> found = new HashMap<>();
    for (String key : keys) {
      Optional.ofNullable(values.get(key)).ifPresent(value -> found.put(key, value.text()));
    }
    return CompletableFuture.completedFuture(found);
  }

  @Override
  public synchronized CompletableFuture<Map<String, String>> entries() {
    expire();
    Map<String, String> all = new HashMap<>();
    values.forEach((key, value) -> all.put(key, value.text()));
    return CompletableFuture.completedFuture(all);
  }

  @Override
  public synchronized CompletableFuture<Optional<String>> putIfAbsent(
      String key, String value, Duration timeToLive) {
    expire();
    Value known = values.get(key);
    if (known == null) {
      write(key, value, timeToLive);
    }
    return CompletableFuture.completedFuture(Optional.ofNullable(known).map(Value::text));
  }

  @Override
  public synchronized CompletableFuture<Boolean> replace(
      String key, String expected, String next, Duration timeToLive) {
    boolean same = holds(key, expected);
    if (same) {
      write(key, next, timeToLive);
    }
    return CompletableFuture.completedFuture(same);
  }

  @Override
  public synchronized CompletableFuture<Boolean> remove(String key, String expected) {
    boolean same = holds(key, expected);
    if (same) {
      values.remove(key);
      watchers.forEach(watcher -> watcher.gone(key));
    }
    return CompletableFuture.completedFuture(same);
  }

  @Override
  public Subscription watch(Watcher watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }

  private boolean holds(String key, String expected) {
    expire();
    Value known = values.get(key);
    return known != null && known.text().equals(expected);
  }

  private void write(String key, String value, Duration timeToLive) {
    Instant until = timeToLive.equals(FOREVER) ? Instant.MAX : clock.instant().plus(timeToLive);
    values.put(key, new Value(value, until));
    watchers.forEach(watcher -> watcher.changed(key, value));
  }

  private void expire() {
    Instant now = clock.instant();
    List<String> late =
        values.entrySet().stream()
            .filter(entry -> !entry.getValue().until().isAfter(now))
            .map(Map.Entry::getKey)
            .toList();
    for (String key : late) {
      values.remove(key);
      watchers.forEach(watcher -> watcher.gone(key));
    }
  }
}
