/** How a process takes part in a distributed grid, whichever product the grid is. */
@NullMarked
package dev.kvasir.store.grid.join;

import org.jspecify.annotations.NullMarked;
