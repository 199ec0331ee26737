package dev.kvasir.engine;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.prompt.CacheableBlock;
import java.util.concurrent.CompletableFuture;

/**
 * Encodes blocks that no store holds. Concurrent requests for one key share one encode; cancelling
 * the returned future never cancels the encode that others wait for.
 */
public interface BlockEncoder {

  /** The canonical bytes of the block, also put into the store. */
  CompletableFuture<EncodedBlock> encode(CacheableBlock block);
}
