/** Reads the JSON of requests strictly and writes that of answers. */
@NullMarked
package dev.kvasir.http.json;

import org.jspecify.annotations.NullMarked;
