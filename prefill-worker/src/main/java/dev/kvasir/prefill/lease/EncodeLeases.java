package dev.kvasir.prefill.lease;

import dev.kvasir.block.BlockKey;
import java.util.concurrent.CompletableFuture;

/**
 * Lets one worker of the cluster encode a block at a time. That is economy, not correctness: two
 * encodes of a block write the same bytes. Thread-safe; never blocks.
 */
public interface EncodeLeases {

  /**
   * Asks for the right to encode the block. Completes exceptionally with {@link
   * dev.kvasir.store.StoreException} where the grid does not answer.
   */
  CompletableFuture<Answer> acquire(BlockKey key);

  /** What {@link #acquire} gives. */
  sealed interface Answer {}

  /** The caller encodes the block, and releases the lease when the block is stored or given up. */
  non-sealed interface Lease extends Answer {
    /** Whether nobody else has taken the block over meanwhile; also makes the lease last longer. */
    CompletableFuture<Boolean> confirm();

    void release();

    /** Whether another worker may have held it before. */
    default boolean isContested() {
      return true;
    }
  }

  /**
   * Another worker encodes the block now.
   *
   * @param ended completes when that worker's lease has ended, in whatever way
   */
  record Busy(String worker, CompletableFuture<Void> ended) implements Answer {}

  /** A lease that nobody contests. */
  Lease FREE =
      new Lease() {
        @Override
        public CompletableFuture<Boolean> confirm() {
          return CompletableFuture.completedFuture(true);
        }

        @Override
        public void release() {}

        @Override
        public boolean isContested() {
          return false;
        }
      };

  /** For a worker that is alone: every lease is granted. */
  static EncodeLeases none() {
    return _ -> CompletableFuture.completedFuture(FREE);
  }
}
