/** From logits to the next token. */
@NullMarked
package dev.kvasir.engine.sample;

import org.jspecify.annotations.NullMarked;
