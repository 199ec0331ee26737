/** JMH benchmarks of single kernels. */
@NullMarked
package dev.kvasir.bench.kernels;

import org.jspecify.annotations.NullMarked;
