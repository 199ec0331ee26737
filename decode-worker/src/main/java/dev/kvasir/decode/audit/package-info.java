/** Answers that were given are computed again, to see whether blocks still do what they should. */
@NullMarked
package dev.kvasir.decode.audit;

import org.jspecify.annotations.NullMarked;
