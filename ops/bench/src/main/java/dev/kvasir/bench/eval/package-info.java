/** Accuracy of every mode: the same questions, the same tokens, marked alike. */
@NullMarked
package dev.kvasir.bench.eval;

import org.jspecify.annotations.NullMarked;
