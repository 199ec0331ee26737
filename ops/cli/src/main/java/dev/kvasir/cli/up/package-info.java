/** A whole cluster on this machine, a process for each part. */
@NullMarked
package dev.kvasir.cli.up;

import org.jspecify.annotations.NullMarked;
