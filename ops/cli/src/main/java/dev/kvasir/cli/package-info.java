/** The kvasir command line. */
@NullMarked
package dev.kvasir.cli;

import org.jspecify.annotations.NullMarked;
