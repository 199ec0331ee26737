package dev.kvasir.prefill.lease;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Leases in a map of the grid, as {@code WORKER FENCE} under the block's key. The fence is new for
 * every lease, so that who lost one notices. A lease ends when it is released, when its time runs
 * out without renewal, or when its worker has left the grid. Owns a thread; borrows the grid.
 */
public final class GridLeases implements EncodeLeases, AutoCloseable {
  private static final String MAP = "leases";

  private final Grid grid;
  private final SharedMap map;
  private final Duration timeToLive;
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();
  private final Subscription subscription;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kvasir-leases").factory());

  /** Leases of this process last that long and are renewed three times as often. */
  public GridLeases(Grid grid, Duration timeToLive) {
    this.grid = grid;
    this.map = grid.map(MAP);
    this.timeToLive = timeToLive;
    subscription = map.watch(new Watching());
    long third = timeToLive.toMillis() / 3;
    var _ = clock.scheduleWithFixedDelay(this::tick, third, third, TimeUnit.MILLISECONDS);
  }

  @Override
  public CompletableFuture<Answer> acquire(BlockKey key) {
    Held mine = new Held(key.hex(), grid.self().id() + " " + UUID.randomUUID());
    return map.putIfAbsent(mine.key, mine.value, timeToLive)
        .thenCompose(other ->
            other.isEmpty()
                ? CompletableFuture.completedFuture(mine.take())
                : contest(mine, other.get()));
  }

  private CompletableFuture<Answer> contest(Held mine, String other) {
    if (alive(worker(other))) {
      return busy(mine.key, other);
    }
    return map.replace(mine.key, other, mine.value, timeToLive)
        .thenCompose(done ->
            done
                ? CompletableFuture.completedFuture(mine.take())
                : acquire(BlockKey.parse(mine.key)));
  }

  /** Looks once more after it has begun to listen: the lease may have ended in between. */
  private CompletableFuture<Answer> busy(String key, String other) {
    CompletableFuture<Void> ended = awaited.computeIfAbsent(key, _ -> new CompletableFuture<>());
    return map.getAll(Set.of(key))
        .thenApply(now -> {
          if (!other.equals(now.get(key))) {
            end(key);
          }
          return new Busy(worker(other), ended.copy());
        });
  }

  private static String worker(String value) {
    return value.substring(0, value.lastIndexOf(' '));
  }

  private boolean alive(String worker) {
    return grid.members().stream().map(Member::id).anyMatch(worker::equals);
  }

  private void end(String key) {
    Optional.ofNullable(awaited.remove(key)).ifPresent(ended -> ended.complete(null));
  }

  private void tick() {
    held.values().forEach(Held::renew);
    if (!awaited.isEmpty()) {
      endOrphans();
    }
  }

  private void endOrphans() {
    Set<String> keys = new HashSet<>(awaited.keySet());
    Set<String> workers =
        grid.members().stream().map(Member::id).collect(Collectors.toUnmodifiableSet());
    var _ =
        map.getAll(keys)
            .thenAccept(now ->
                keys.stream()
                    .filter(key -> now.get(key) == null || !workers.contains(worker(now.get(key))))
                    .forEach(this::end));
  }

  /** Gives up every lease that is still held. */
  @Override
  public void close() {
    clock.shutdownNow();
    subscription.close();
    held.values().forEach(Held::release);
    Set.copyOf(awaited.keySet()).forEach(this::end);
  }

  private final class Held implements Lease {
    private final String key;
    private final String value;

    private Held(String key, String value) {
      this.key = key;
      this.value = value;
    }

    private Answer take() {
      held.put(value, this);
      return this;
    }

    private void renew() {
      var _ = confirm();
    }

    @Override
    public CompletableFuture<Boolean> confirm() {
      return map.replace(key, value, value, timeToLive);
    }

    @Override
    public void release() {
      if (held.remove(value) != null) {
        var _ = map.remove(key, value);
      }
    }
  }

  private final class Watching implements SharedMap.Watcher {
    @Override
    public void changed(String key, String value) {}

    @Override
    public void gone(String key) {
      end(key);
    }

    @Override
    public void interrupted() {
      endOrphans();
    }
  }
}
