/** Deletion that wins: selectors, tombstones, receipts. */
@NullMarked
package dev.kvasir.store.delete;

import org.jspecify.annotations.NullMarked;
