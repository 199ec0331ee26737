/** The KV block: its key, its canonical Arrow layout, its integrity. */
@NullMarked
package dev.kvasir.block;

import org.jspecify.annotations.NullMarked;
