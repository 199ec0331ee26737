/** A small client of the server's HTTP API. */
@NullMarked
package dev.kvasir.cli.api;

import org.jspecify.annotations.NullMarked;
