/** Warm-up jobs as the grid keeps them, and those who run them. */
@NullMarked
package dev.kvasir.warmup.job;

import org.jspecify.annotations.NullMarked;
