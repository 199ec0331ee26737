/** From text to token ids and back. */
@NullMarked
package dev.kvasir.engine.tokenizer;

import org.jspecify.annotations.NullMarked;
