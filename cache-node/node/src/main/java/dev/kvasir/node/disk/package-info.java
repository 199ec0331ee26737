/** Blocks in files of a node: written behind, read through, found again after a restart. */
@NullMarked
package dev.kvasir.node.disk;

import org.jspecify.annotations.NullMarked;
