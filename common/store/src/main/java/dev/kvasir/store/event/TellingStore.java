package dev.kvasir.store.event;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.ForwardingStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.event.BlockEvent.Kind;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A store that tells what is stored in it and removed. Borrows both. Thread-safe. */
public final class TellingStore extends ForwardingStore {
  private final BlockEvents events;

  public TellingStore(BlockStore store, BlockEvents events) {
    super(store);
    this.events = events;
  }

  @Override
  public CompletableFuture<PutOutcome> put(EncodedBlock block, BlockInfo info) {
    return behind()
        .put(block, info)
        .thenApply(outcome -> {
          if (outcome == PutOutcome.STORED) {
            events.tell(Kind.STORED, block.key(), block.sizeBytes(), Optional.of(info.scope()));
          }
          return outcome;
        });
  }

  @Override
  public CompletableFuture<Boolean> remove(BlockKey key) {
    return told(Kind.REMOVED, key, behind().remove(key));
  }

  @Override
  public CompletableFuture<Boolean> quarantine(BlockKey key) {
    return told(Kind.QUARANTINED, key, behind().quarantine(key));
  }

  private CompletableFuture<Boolean> told(
      Kind kind, BlockKey key, CompletableFuture<Boolean> removal) {
    return removal.thenApply(there -> {
      if (there) {
        events.tell(kind, key, 0, Optional.empty());
      }
      return there;
    });
  }
}
