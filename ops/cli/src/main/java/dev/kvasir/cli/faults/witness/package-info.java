/**
 * A witness of the store: clients of the grid that write, read, delete and lease blocks nobody else
 * uses while faults happen, and a check of what they saw.
 */
@NullMarked
package dev.kvasir.cli.faults.witness;

import org.jspecify.annotations.NullMarked;
