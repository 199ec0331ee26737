/** The textbook kernels: the oracle of every other backend. */
@NullMarked
package dev.kvasir.engine.kernel.scalar;

import org.jspecify.annotations.NullMarked;
