/** The kernels on the Vector API. */
@NullMarked
package dev.kvasir.engine.kernel.vector;

import org.jspecify.annotations.NullMarked;
