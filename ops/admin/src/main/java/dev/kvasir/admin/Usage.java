package dev.kvasir.admin;

import dev.kvasir.store.BlockStore;
import java.util.HashMap;
import java.util.Map;

/**
 * What the blocks of one scope take.
 *
 * @param bytes of all records, each block counted once
 */
public record Usage(long blocks, long bytes) {
  /** No block. */
  public static final Usage NOTHING = new Usage(0, 0);

  private Usage and(long moreBytes) {
    return new Usage(blocks + 1, bytes + moreBytes);
  }

  /** Counts every stored block under the text of its scope; blocks while it looks. */
  public static Map<String, Usage> byScope(BlockStore store) {
    Map<String, Usage> usage = new HashMap<>();
    store.scan(block -> {
      synchronized (usage) {
        usage.merge(
            block.info().scope(),
            NOTHING.and(block.bytes()),
            (known, _) -> known.and(block.bytes()));
      }
    });
    return usage;
  }
}
