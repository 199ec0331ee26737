/** Keeps the blocks in a node's memory within its budget, whole blocks at a time. */
@NullMarked
package dev.kvasir.node.evict;

import org.jspecify.annotations.NullMarked;
