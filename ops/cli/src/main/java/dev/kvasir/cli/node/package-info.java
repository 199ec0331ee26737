/** Everything that serves answers, in one process. */
@NullMarked
package dev.kvasir.cli.node;

import org.jspecify.annotations.NullMarked;
