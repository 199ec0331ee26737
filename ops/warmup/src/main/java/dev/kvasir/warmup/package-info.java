/** Encodes a corpus before anybody asks about it. */
@NullMarked
package dev.kvasir.warmup;

import org.jspecify.annotations.NullMarked;
