/** Model files in the GGUF format. */
@NullMarked
package dev.kvasir.engine.gguf;

import org.jspecify.annotations.NullMarked;
