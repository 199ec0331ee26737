package dev.kvasir.engine;

import dev.kvasir.engine.prompt.CacheableBlock;
import java.util.concurrent.CompletableFuture;

/**
 * Also encodes blocks that nobody waits for yet, such as those of a warm-up job: after all that
 * somebody waits for, and only into the store.
 */
public interface AheadEncoder extends BlockEncoder {

  /** What became of a block. */
  enum Outcome {
    /** It was encoded for this call, or for one that ran already, and is stored. */
    ENCODED,
    /** The store had it. */
    FOUND,
    /** A deletion forbids to store it. */
    REFUSED,
    /** It was encoded, and the store did not take it: another encoder has no better luck now. */
    NOT_STORED
  }

  /**
   * Has the block encoded unless the store has it. Completes when it is stored or will not be;
   * exceptionally with {@link OverloadedException} where too much waits already, and with another
   * exception where it could not be encoded. A request that wants the block meanwhile makes it as
   * urgent as any other.
   */
  CompletableFuture<Outcome> encodeAhead(CacheableBlock block);
}
