package dev.kvasir.bench;

import dev.kvasir.decode.AttentionMode;
import java.util.Locale;

/** Where the passages' KV comes from, in the order in which a repeat measures all of them. */
public enum TtftMode {
  /** Nowhere: full attention over the whole prompt. */
  FULL(AttentionMode.FULL),
  /** Every block is missing and encoded first. */
  ENCODED(AttentionMode.BLOCK),
  /** Every block comes from the grid. */
  GRID(AttentionMode.BLOCK),
  /** Every block lies installed in the decode worker. */
  LOCAL(AttentionMode.BLOCK);

  private final AttentionMode attention;

  TtftMode(AttentionMode attention) {
    this.attention = attention;
  }

  AttentionMode attention() {
    return attention;
  }

  /** As tables and files name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
