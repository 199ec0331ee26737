/** From messages and documents to the blocks of a prompt. */
@NullMarked
package dev.kvasir.engine.prompt;

import org.jspecify.annotations.NullMarked;
