/** The HTTP server of every process: routes, limits, failures, health. */
@NullMarked
package dev.kvasir.http.server;

import org.jspecify.annotations.NullMarked;
