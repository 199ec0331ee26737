package dev.kvasir.store;

import dev.kvasir.block.BlockKey;
import java.util.List;

/**
 * One page of a listing.
 *
 * @param more whether keys after the last one exist
 */
public record BlockPage(List<StoredBlock> blocks, boolean more) {
  public BlockPage {
    blocks = List.copyOf(blocks);
  }

  /** What a store knows of a block without reading it. */
  public record StoredBlock(BlockKey key, int chunks, long bytes) {}
}
