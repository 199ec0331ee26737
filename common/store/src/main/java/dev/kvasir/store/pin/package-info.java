/** Blocks that somebody wants kept. */
@NullMarked
package dev.kvasir.store.pin;

import org.jspecify.annotations.NullMarked;
