/** Blocks in two tables of a distributed grid, whichever product the grid is. */
@NullMarked
package dev.kvasir.store.grid.table;

import org.jspecify.annotations.NullMarked;
