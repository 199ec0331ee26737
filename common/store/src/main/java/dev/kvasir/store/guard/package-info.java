/** Whether the processes of a cluster may use blocks, and why not. */
@NullMarked
package dev.kvasir.store.guard;

import org.jspecify.annotations.NullMarked;
