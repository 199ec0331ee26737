package dev.kvasir.bench.grid;

import dev.kvasir.block.ElementType;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A work's figures.
 *
 * @param kv element type of the blocks
 * @param rival empty where it is not installed
 */
record GridRow(GridKind grid, GridWork work, ElementType kv, Figures own, Optional<Figures> rival) {

  /** Ours by the rival's, of the medians: larger is better for rates, smaller for times. */
  OptionalDouble ratio() {
    return rival.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(own.spread().median() / rival.get().spread().median());
  }
}
