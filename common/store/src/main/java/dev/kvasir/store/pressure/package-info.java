/** How writers wait for nodes that are full. */
@NullMarked
package dev.kvasir.store.pressure;

import org.jspecify.annotations.NullMarked;
