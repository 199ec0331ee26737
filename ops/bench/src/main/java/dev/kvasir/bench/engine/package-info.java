/** The engine's work, measured beside its rivals. */
@NullMarked
package dev.kvasir.bench.engine;

import org.jspecify.annotations.NullMarked;
