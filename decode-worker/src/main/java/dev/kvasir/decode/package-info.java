/** From a segmented prompt to an answer: look up, pull, encode, compute, sample. */
@NullMarked
package dev.kvasir.decode;

import org.jspecify.annotations.NullMarked;
