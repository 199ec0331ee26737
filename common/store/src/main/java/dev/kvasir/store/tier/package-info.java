/** Blocks that lie in files of nodes: who has which, and how a reader gets them back. */
@NullMarked
package dev.kvasir.store.tier;

import org.jspecify.annotations.NullMarked;
