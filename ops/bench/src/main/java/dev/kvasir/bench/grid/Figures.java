package dev.kvasir.bench.grid;

import dev.kvasir.bench.engine.Spread;
import java.util.OptionalDouble;

/**
 * What one side of a row gave.
 *
 * @param processorSeconds of both processes for each GiB that was moved, where it was counted
 * @param name what was measured
 */
record Figures(Spread spread, OptionalDouble processorSeconds, String name) {}
