package dev.kvasir.bench.agreement;

import java.util.Locale;

/** How a prompt's passages are attended to. */
public enum Mode {
  /** Ordinary causal attention over the whole prompt. */
  FULL,
  /** Every block encoded alone, written to its canonical bytes and installed from them. */
  BLOCKS;

  /** As commands, tables and files name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
