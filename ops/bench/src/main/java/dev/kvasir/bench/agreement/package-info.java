/** How far keys and values of a smaller type move a model's answers. */
@NullMarked
package dev.kvasir.bench.agreement;

import org.jspecify.annotations.NullMarked;
