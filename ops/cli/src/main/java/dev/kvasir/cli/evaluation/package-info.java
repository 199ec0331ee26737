/** Evaluation of running servers. */
@NullMarked
package dev.kvasir.cli.evaluation;

import org.jspecify.annotations.NullMarked;
