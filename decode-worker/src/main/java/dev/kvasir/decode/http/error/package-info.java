/** What goes wrong, as clients see it: the OpenAI error object. */
@NullMarked
package dev.kvasir.decode.http.error;

import org.jspecify.annotations.NullMarked;
