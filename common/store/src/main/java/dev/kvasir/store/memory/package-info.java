/** A store and a grid in one JVM, for tests and for a process without a grid. */
@NullMarked
package dev.kvasir.store.memory;

import org.jspecify.annotations.NullMarked;
