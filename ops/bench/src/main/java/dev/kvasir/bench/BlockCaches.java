package dev.kvasir.bench;

import dev.kvasir.block.BlockKey;
import dev.kvasir.decode.LocalBlockCache;
import dev.kvasir.store.BlockPage;
import dev.kvasir.store.BlockStore;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The places where blocks are kept, to be brought into a known state. Borrows both. */
public record BlockCaches(BlockStore store, LocalBlockCache local) {
  private static final int PAGE = 500;
  private static final int PATIENCE_MILLIS = 30_000;
  private static final int POLL_MILLIS = 5;
  private static final @Nullable BlockKey START = null;

  /** Removes every block everywhere. No request may be running. */
  public void empty() {
    for (BlockPage page = store.list(START, PAGE);
        !page.blocks().isEmpty();
        page = store.list(START, PAGE)) {
      CompletableFuture.allOf(
              page.blocks().stream()
                  .map(block -> store.remove(block.key()))
                  .toArray(CompletableFuture<?>[]::new))
          .join();
    }
    local.clear();
  }

  /** Waits until the store has all of these blocks: an encoder stores behind the answer. */
  void awaitStored(Collection<BlockKey> keys) {
    Set<BlockKey> wanted = Set.copyOf(keys);
    for (int waited = 0; waited < PATIENCE_MILLIS; waited += POLL_MILLIS) {
      if (store.contains(wanted).join().equals(wanted)) {
        return;
      }
      pause();
    }
    throw new BenchException("the grid did not take the encoded blocks: give it more memory");
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted");
    }
  }
}
