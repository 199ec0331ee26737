package dev.kvasir.store.grid;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A small map that all processes share, as consistent as the grid can: each operation is atomic,
 * and a read sees every write that was complete when it began. What a grid promises when it is
 * split is said by its own module. For leases, tombstones, pins and job states, not for bulk.
 * Thread-safe; futures complete exceptionally with {@link dev.kvasir.store.StoreException}.
 */
public interface SharedMap {
  /** As a time to live: until it is removed. */
  Duration FOREVER = Duration.ZERO;

  /** The values of those keys that are there. */
  CompletableFuture<Map<String, String>> getAll(Collection<String> keys);

  /** Everything; the map is small. */
  CompletableFuture<Map<String, String>> entries();

  /**
   * Writes if the key is not there.
   *
   * @return the value that was there and stays, empty if this one was written
   */
  CompletableFuture<Optional<String>> putIfAbsent(String key, String value, Duration timeToLive);

  /** Writes if the key has the expected value; its time to live begins anew. */
  CompletableFuture<Boolean> replace(String key, String expected, String next, Duration timeToLive);

  /** Removes the key if it has the expected value. */
  CompletableFuture<Boolean> remove(String key, String expected);

  /**
   * Tells of changes by any process, in order for each key, until it is closed. After the process
   * was cut off it may have missed some: {@link Watcher#interrupted} says so.
   */
  Subscription watch(Watcher watcher);

  /** Hears of changes; called on threads of the grid, must not block. */
  interface Watcher {
    void changed(String key, String value);

    /** It was removed or its time ran out. */
    void gone(String key);

    /** Changes may have been missed: read the map again. */
    void interrupted();
  }
}
