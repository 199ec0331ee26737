/** The engine: tokens and KV blocks in, KV blocks and logits out. */
@NullMarked
package dev.kvasir.engine;

import org.jspecify.annotations.NullMarked;
