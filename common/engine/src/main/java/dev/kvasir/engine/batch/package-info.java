/** Several callers' sequences in one pass through the model. */
@NullMarked
package dev.kvasir.engine.batch;

import org.jspecify.annotations.NullMarked;
