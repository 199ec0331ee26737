package dev.kvasir.store.grid;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.StoredBlock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The blocks in the memory of this node, as their first owner or as a backup. Thread-safe. */
public interface LocalBlocks {

  /** Hands every block that lies here to the visitor; blocks until it is through. */
  void visit(Consumer<Held> visitor);

  /** Whether this node is the block's first owner now, so that exactly one node decides. */
  boolean owns(BlockKey key);

  /** The block's records out of this node's own memory; empty if one is missing. Blocks. */
  Optional<EncodedBlock> read(BlockKey key);

  /**
   * Drops what puts and removals that never came to their end have left among the blocks of which
   * this node is the first owner. It goes when an earlier sweep, at least the grace ago, has found
   * it, too. Reads no records. Blocks.
   *
   * @param grace longer than any put takes
   */
  Swept sweep(Duration grace);

  /** Tells of blocks that come and go here until it is closed. */
  Subscription watch(Watcher watcher);

  /**
   * A block that lies here.
   *
   * @param owned whether this node is its first owner
   */
  record Held(StoredBlock block, boolean owned) {}

  /**
   * What a sweep dropped.
   *
   * @param halfBlocks blocks that lacked records, as when the grid itself evicted some
   * @param records records that belonged to no block
   */
  record Swept(int halfBlocks, int records) {
    public static final Swept NOTHING = new Swept(0, 0);
  }

  /** Hears of changes; called on threads of the grid, must not block. */
  interface Watcher {
    /** Stored, moved here, or with another info. */
    void held(Held block);

    /** Removed from the grid, or moved to another node. */
    void gone(BlockKey key);

    /** Owners changed: visit all again. */
    void moved();
  }
}
