/** The block's canonical bytes as Arrow IPC messages; the only package that knows Arrow. */
@NullMarked
package dev.kvasir.block.arrow;

import org.jspecify.annotations.NullMarked;
