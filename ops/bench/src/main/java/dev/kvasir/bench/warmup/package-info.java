/** What a warm-up costs, and what it is worth when questions are asked. */
@NullMarked
package dev.kvasir.bench.warmup;

import org.jspecify.annotations.NullMarked;
