/** Whether a loaded model may be used with blocks. */
@NullMarked
package dev.kvasir.engine.gate;

import org.jspecify.annotations.NullMarked;
