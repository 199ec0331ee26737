/** The OpenAI-compatible HTTP surface. */
@NullMarked
package dev.kvasir.decode.http;

import org.jspecify.annotations.NullMarked;
