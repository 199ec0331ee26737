package dev.kvasir.grid.ignite;

import dev.kvasir.store.grid.table.BlockEntry;
import org.apache.ignite.lang.IgniteBiPredicate;

/** Selects, on the node that holds them, the entries whose key comes after another one. */
final class KeysAfter implements IgniteBiPredicate<String, BlockEntry> {
  private static final long serialVersionUID = 1L;

  private final String after;

  KeysAfter(String after) {
    this.after = after;
  }

  @Override
  public boolean apply(String key, BlockEntry entry) {
    return key.compareTo(after) > 0;
  }
}
