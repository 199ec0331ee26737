/** Benchmarks that check their answers. */
@NullMarked
package dev.kvasir.bench;

import org.jspecify.annotations.NullMarked;
