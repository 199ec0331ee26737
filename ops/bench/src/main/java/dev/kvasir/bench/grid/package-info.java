/** Blocks out of a grid in another process, beside what else could bring them. */
@NullMarked
package dev.kvasir.bench.grid;

import org.jspecify.annotations.NullMarked;
