package dev.kvasir.store.delete;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.BlockInfo;
import java.util.Map;
import java.util.Optional;

/**
 * What had been deleted at one moment.
 *
 * @param generation the store's generation then
 * @param tombstones the generation of every tombstone, by {@link Selector#text}
 */
public record Buried(long generation, Map<String, Long> tombstones) {
  public Buried {
    tombstones = Map.copyOf(tombstones);
  }

  /** What the tombstones leave of a block: its info, one with fewer documents, or nothing. */
  public Optional<BlockInfo> surviving(BlockKey key, BlockInfo info) {
    Optional<BlockInfo> left = Optional.of(info);
    for (Selector selector : Selector.meaning(key, info)) {
      Long generation = tombstones.get(selector.text());
      if (generation != null && generation > info.generation()) {
        left = left.flatMap(rest -> selector.surviving(key, rest));
      }
    }
    return left;
  }

  /** Generation of the latest tombstone, 0 if there is none. */
  long latest() {
    return tombstones.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
