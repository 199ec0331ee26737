package dev.kvasir.store.pin;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Pins keep blocks from eviction, not from deletion, and may be there before the block is. They are
 * counted: a block is free when every owner has unpinned it as often as it pinned it, or when its
 * time to live is over. They live in a shared map and so outlive the node they were made on.
 * Whoever pins a stored block should look afterwards whether it is still there: an eviction that
 * was decided just before goes through. Processes' clocks should agree to within a second.
 * Thread-safe; never blocks.
 */
public final class Pins {
  /** Name of the shared map: block key in hex to the pin's text. */
  public static final String MAP = "kvasir-pins";

  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(365);

  private final SharedMap map;
  private final InstantSource clock;

  /** Pins in this map. */
  public Pins(SharedMap map, InstantSource clock) {
    this.map = map;
    this.clock = clock;
  }

  /**
   * Holds the block once more for this owner.
   *
   * @param timeToLive after which the owner's holds end by themselves; a longer one that it has
   *     stays
   * @return everything that holds the block now; fails with {@link IllegalArgumentException} where
   *     the owner's name or their number is not allowed
   */
  public CompletableFuture<Pin> pin(BlockKey key, String owner, Duration timeToLive) {
    if (timeToLive.compareTo(SHORTEST) < 0 || timeToLive.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a pin's time to live must be in [1 ms, 365 days]: timeToLive=" + timeToLive);
    }
    return change(key, pin -> pin.with(owner, now().plusMillis(timeToLive.toMillis())));
  }

  /** Takes one hold of this owner back; what holds the block then. */
  public CompletableFuture<Pin> unpin(BlockKey key, String owner) {
    return change(key, pin -> pin.without(owner));
  }

  /** Every pinned block. */
  public CompletableFuture<Map<BlockKey, Pin>> list() {
    return map.entries().thenApply(this::living);
  }

  /** Those of the keys that somebody holds. */
  public CompletableFuture<Set<BlockKey>> pinned(Collection<BlockKey> keys) {
    List<String> ids = keys.stream().map(BlockKey::hex).toList();
    return map.getAll(ids).thenApply(found -> Set.copyOf(living(found).keySet()));
  }

  /** Tells of changes until it is closed. */
  public Subscription watch(Watcher watcher) {
    return map.watch(new Changes(watcher, clock));
  }

  private CompletableFuture<Pin> change(BlockKey key, UnaryOperator<Pin> edit) {
    String id = key.hex();
    return map.getAll(List.of(id))
        .thenCompose(found -> {
          Optional<String> known = Optional.ofNullable(found.get(id));
          Instant now = now();
          Pin next = edit.apply(known.flatMap(Pin::parse).orElse(Pin.NONE).living(now));
          return write(id, known, next, now)
              .thenCompose(
                  done -> done ? CompletableFuture.completedFuture(next) : change(key, edit));
        });
  }

  private CompletableFuture<Boolean> write(
      String id, Optional<String> known, Pin next, Instant now) {
    if (next.isFree()) {
      return known
          .map(text -> map.remove(id, text))
          .orElseGet(() -> CompletableFuture.completedFuture(true));
    }
    Duration life = Duration.between(now, next.until());
    return known
        .map(text -> map.replace(id, text, next.text(), life))
        .orElseGet(() -> map.putIfAbsent(id, next.text(), life).thenApply(Optional::isEmpty));
  }

  /** In the resolution of a pin's text. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private Map<BlockKey, Pin> living(Map<String, String> texts) {
    Instant now = now();
    Map<BlockKey, Pin> pins = new HashMap<>();
    texts.forEach((id, text) ->
        key(id)
            .ifPresent(key ->
                Pin.parse(text)
                    .map(pin -> pin.living(now))
                    .filter(pin -> !pin.isFree())
                    .ifPresent(pin -> pins.put(key, pin))));
    return pins;
  }

  private static Optional<BlockKey> key(String id) {
    try {
      return Optional.of(BlockKey.parse(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Hears of pins; called on threads of the grid, must not block. */
  public interface Watcher {
    /** The block is held, at most until then. */
    void pinned(BlockKey key, Instant until);

    void free(BlockKey key);

    /** Changes may have been missed: list again. */
    void interrupted();
  }

  private record Changes(Watcher watcher, InstantSource clock) implements SharedMap.Watcher {
    @Override
    public void changed(String id, String text) {
      Pin pin = Pin.parse(text).orElse(Pin.NONE).living(clock.instant());
      if (pin.isFree()) {
        gone(id);
      } else {
        key(id).ifPresent(key -> watcher.pinned(key, pin.until()));
      }
    }

    @Override
    public void gone(String id) {
      key(id).ifPresent(watcher::free);
    }

    @Override
    public void interrupted() {
      watcher.interrupted();
    }
  }
}
