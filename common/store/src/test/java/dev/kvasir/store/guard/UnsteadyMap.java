package dev.kvasir.store.guard;

import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A map that fails while it is down. */
public record UnsteadyMap(SharedMap map, BooleanSupplier down) implements SharedMap {

  private <T> CompletableFuture<T> unlessDown(Supplier<CompletableFuture<T>> call) {
    return down.getAsBoolean()
        ? CompletableFuture.failedFuture(new StoreException("down"))
        : call.get();
  }

  @Override
  public CompletableFuture<Map<String, String>> getAll(Collection<String> keys) {
    return unlessDown(() -> map.getAll(keys));
  }

  @Override
  public CompletableFuture<Map<String, String>> entries() {
    return unlessDown(map::entries);
  }

  @Override
  public CompletableFuture<Optional<String>> putIfAbsent(
      String key, String value, Duration timeToLive) {
    return unlessDown(() -> map.putIfAbsent(key, value, timeToLive));
  }

  @Override
  public CompletableFuture<Boolean> replace(
      String key, String expected, String next, Duration timeToLive) {
    return unlessDown(() -> map.replace(key, expected, next, timeToLive));
  }

  @Override
  public CompletableFuture<Boolean> remove(String key, String expected) {
    return unlessDown(() -> map.remove(key, expected));
  }

  @Override
  public Subscription watch(Watcher watcher) {
    return map.watch(watcher);
  }
}
