/** Other implementations that run beside ours: how they are installed and spoken to. */
@NullMarked
package dev.kvasir.bench.rival;

import org.jspecify.annotations.NullMarked;
