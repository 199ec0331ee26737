package dev.kvasir.store.delete;

import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.grid.Grid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * Deletes blocks everywhere: first the tombstone, from which moment nobody reads what it means,
 * then the bytes in the memory of the grid; every process drops its own copies when it sees the
 * tombstone, and says so. A deletion that is cut off leaves its tombstone, and asking again
 * finishes it. Thread-safe.
 */
public final class Deletions {
  private final BlockStore memory;
  private final BlockStore everywhere;
  private final Tombstones tombstones;
  private final Confirmations confirmations;
  private final Duration patience;

  /**
   * What a deletion means.
   *
   * @param memory blocks in the memory of the grid
   * @param filesOnly blocks that lie in files of nodes and not in memory, each counted once
   * @param shared blocks of either that stay, because another document has the same text
   */
  public record Extent(Removed memory, Removed filesOnly, long shared) {}

  /**
   * Deletes from this grid.
   *
   * @param everywhere the grid's memory and, if its nodes have files, what lies there; for previews
   * @param patience how long a receipt waits for the members' own copies
   */
  public Deletions(Grid grid, BlockStore everywhere, Tombstones tombstones, Duration patience) {
    memory = grid.blocks();
    this.everywhere = everywhere;
    this.tombstones = tombstones;
    confirmations = new Confirmations(grid);
    this.patience = patience;
  }

  /** What {@link #delete} would take now. Blocks while it looks. */
  public Extent preview(Selector selector) {
    Tally tally = new Tally();
    meant(everywhere, selector, (block, left) -> tally.count(block, left.isPresent()));
    return tally.extent();
  }

  /** Deletes what the selector means of all generations so far. Blocks until the bytes are gone. */
  public Receipt delete(Selector selector) {
    try (Confirmations.Listening listening = confirmations.listen()) {
      long generation = tombstones.bury(selector).join();
      Extent extent = sweep(selector, generation);
      listening.await(generation, patience).join();
      return new Receipt(
          selector.text(),
          generation,
          extent.memory(),
          listening.files(),
          extent.shared(),
          listening.confirmed(),
          listening.missing());
    }
  }

  /**
   * Deletes again, of all generations so far, what living tombstones mean: parts of a grid that was
   * split counted generations apart, so a tombstone of one may not defeat what the other encoded
   * before. What was encoded anew on purpose since then goes, too, and costs an encode. Blocks
   * until the bytes in memory are gone; files go as ever.
   */
  public void repeat() {
    Buried buried = tombstones.renew().join();
    if (buried.tombstones().isEmpty()) {
      return;
    }
    List<StoredBlock> found = new ArrayList<>();
    memory.scan(block -> {
      synchronized (found) {
        found.add(block);
      }
    });
    Tally tally = new Tally();
    CompletableFuture.allOf(
            found.stream()
                .flatMap(block -> removal(block, buried, tally).stream())
                .toArray(CompletableFuture[]::new))
        .join();
  }

  private Optional<CompletableFuture<Void>> removal(StoredBlock block, Buried buried, Tally tally) {
    Optional<BlockInfo> left = buried.surviving(block.key(), block.info());
    return left.equals(Optional.of(block.info()))
        ? Optional.empty()
        : Optional.of(remove(block, left, tally));
  }

  private Extent sweep(Selector selector, long generation) {
    Tally tally = new Tally();
    List<CompletableFuture<Void>> removals = new ArrayList<>();
    meant(
        memory,
        selector,
        (block, left) -> {
          if (block.info().generation() < generation) {
            removals.add(remove(block, left, tally));
          }
        });
    CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new)).join();
    return tally.extent();
  }

  private static void meant(
      BlockStore store, Selector selector, BiConsumer<StoredBlock, Optional<BlockInfo>> action) {
    List<StoredBlock> found = new ArrayList<>();
    store.scan(block -> {
      if (!selector.surviving(block.key(), block.info()).equals(Optional.of(block.info()))) {
        synchronized (found) {
          found.add(block);
        }
      }
    });
    found.forEach(block -> action.accept(block, selector.surviving(block.key(), block.info())));
  }

  /**
   * A block whose info changes meanwhile was written anew or asked for again: its writer judges.
   */
  private CompletableFuture<Void> remove(StoredBlock block, Optional<BlockInfo> left, Tally tally) {
    CompletableFuture<Boolean> done =
        left.isPresent()
            ? memory.replace(block.key(), block.info(), left.get())
            : memory.remove(block.key());
    return done.thenAccept(gone -> {
      if (gone) {
        tally.count(block, left.isPresent());
      }
    });
  }

  private static final class Tally {
    private Removed inMemory = Removed.NOTHING;
    private Removed inFiles = Removed.NOTHING;
    private long shared;

    synchronized void count(StoredBlock block, boolean stays) {
      if (stays) {
        shared++;
      } else {
        switch (block.tier()) {
          case MEMORY -> inMemory = inMemory.with(block.bytes());
          case DISK -> inFiles = inFiles.with(block.bytes());
        }
      }
    }

    synchronized Extent extent() {
      return new Extent(inMemory, inFiles, shared);
    }
  }
}
