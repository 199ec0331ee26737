/** What the command line shows and does of warm-up jobs. */
@NullMarked
package dev.kvasir.cli.warmup;

import org.jspecify.annotations.NullMarked;
