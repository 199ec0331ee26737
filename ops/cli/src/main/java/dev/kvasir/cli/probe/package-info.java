/**
 * Measures how a server treats its clients: who learns what by time, and what happens in a rush.
 */
@NullMarked
package dev.kvasir.cli.probe;

import org.jspecify.annotations.NullMarked;
