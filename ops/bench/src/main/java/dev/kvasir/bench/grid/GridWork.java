package dev.kvasir.bench.grid;

import java.util.Locale;

/** What is measured of a grid, and beside what. */
enum GridWork {
  /** Bytes to this process, against a plain connection. */
  PULL_VS_TCP("MiB/s"),
  /** The same against Redis. */
  PULL_VS_REDIS("MiB/s"),
  /** Time to first token with all blocks in the grid, against all of them in local memory. */
  TTFT_GRID_VS_LOCAL("ms");

  private final String unit;

  GridWork(String unit) {
    this.unit = unit;
  }

  String unit() {
    return unit;
  }

  /** As tables and files name it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
