package dev.kvasir.node.evict;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.grid.LocalBlocks;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Visits the node's blocks and puts the ledger right: what the node owns is kept, what has gone
 * without a word is forgotten. One visit runs at a time. Thread-safe.
 */
final class Inventory {
  private static final Logger log = LoggerFactory.getLogger(Inventory.class);

  private final Ledger ledger;
  private final LocalBlocks local;
  private final BlockStore store;
  private final Executor threads;
  private final AtomicBoolean wanted = new AtomicBoolean();

  /**
   * Visits on these threads.
   *
   * @param threads may block; runs one task at a time
   */
  Inventory(Ledger ledger, LocalBlocks local, BlockStore store, Executor threads) {
    this.ledger = ledger;
    this.local = local;
    this.store = store;
    this.threads = threads;
  }

  /** Visits all blocks, soon. */
  void call() {
    if (wanted.compareAndSet(false, true)) {
      threads.execute(this::visit);
    }
  }

  private void visit() {
    wanted.set(false);
    Map<BlockKey, Kept> before = ledger.all();
    Set<BlockKey> owned = new HashSet<>();
    try {
      local.visit(held -> {
        BlockKey key = held.block().key();
        if (held.owned()) {
          owned.add(key);
          keepIfNew(key, held.block().bytes());
        }
      });
    } catch (RuntimeException e) {
      log.warn("node's blocks could not be visited; the next visit will do: {}", e.getMessage());
      return;
    }
    before.keySet().removeAll(owned);
    forgetTheAbsent(before);
  }

  private void keepIfNew(BlockKey key, long bytes) {
    if (!ledger.isKnown(key)) {
      ledger.keep(key, bytes);
    }
  }

  /** What the visit missed is forgotten at once if another node owns it, else if it is gone. */
  private void forgetTheAbsent(Map<BlockKey, Kept> unseen) {
    Set<BlockKey> mine = unseen.keySet().stream().filter(local::owns).collect(Collectors.toSet());
    forget(unseen, key -> !mine.contains(key));
    if (!mine.isEmpty()) {
      var _ =
          store
              .contains(mine)
              .thenAccept(
                  there -> forget(unseen, key -> mine.contains(key) && !there.contains(key)));
    }
  }

  private void forget(Map<BlockKey, Kept> entries, Predicate<BlockKey> which) {
    entries.forEach((key, entry) -> {
      if (which.test(key)) {
        ledger.forget(key, entry);
      }
    });
  }
}
