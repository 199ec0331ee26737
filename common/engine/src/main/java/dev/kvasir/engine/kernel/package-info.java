/** The operations of the forward pass: what they compute, on what shapes. */
@NullMarked
package dev.kvasir.engine.kernel;

import org.jspecify.annotations.NullMarked;
