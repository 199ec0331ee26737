/** What a data grid has to offer; everything above it is written on these interfaces. */
@NullMarked
package dev.kvasir.store.grid;

import org.jspecify.annotations.NullMarked;
