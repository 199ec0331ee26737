package dev.kvasir.node.evict;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.pin.Pins;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells the ledger of pins as the grid tells of them, and of their ends by time. Thread-safe. */
final class PinBoard implements Pins.Watcher {
  private final Ledger ledger;
  private final Pins pins;
  private final InstantSource clock;
  private final Map<BlockKey, Instant> ends = new HashMap<>();

  PinBoard(Ledger ledger, Pins pins, InstantSource clock) {
    this.ledger = ledger;
    this.pins = pins;
    this.clock = clock;
  }

  @Override
  public synchronized void pinned(BlockKey key, Instant until) {
    ends.put(key, until);
    ledger.pin(key);
  }

  @Override
  public synchronized void free(BlockKey key) {
    ends.remove(key);
    ledger.unpin(key);
  }

  /** Reads all pins; those that it knew and that are gone end. */
  @Override
  public void interrupted() {
    List<BlockKey> known = List.copyOf(ledger.pinned());
    var _ =
        pins.list()
            .thenAccept(all -> {
              known.stream().filter(key -> !all.containsKey(key)).forEach(this::free);
              all.forEach((key, pin) -> pinned(key, pin.until()));
            });
  }

  /** Ends what should have ended, whether or not the grid said so. */
  synchronized void expire() {
    Instant now = clock.instant();
    List<BlockKey> late =
        ends.entrySet().stream()
            .filter(end -> !end.getValue().isAfter(now))
            .map(Map.Entry::getKey)
            .toList();
    late.forEach(this::free);
  }
}
