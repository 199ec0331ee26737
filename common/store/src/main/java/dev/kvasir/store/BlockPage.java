package dev.kvasir.store;

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
}
