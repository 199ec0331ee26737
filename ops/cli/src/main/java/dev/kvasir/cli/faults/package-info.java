/** Runs a cluster of processes under load while it breaks them, and checks every answer. */
@NullMarked
package dev.kvasir.cli.faults;

import org.jspecify.annotations.NullMarked;
