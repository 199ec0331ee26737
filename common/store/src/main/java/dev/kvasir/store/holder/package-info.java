/** Which nodes have a block. */
@NullMarked
package dev.kvasir.store.holder;

import org.jspecify.annotations.NullMarked;
