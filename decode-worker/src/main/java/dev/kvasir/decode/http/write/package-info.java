/** From answers to the JSON objects that OpenAI clients read. */
@NullMarked
package dev.kvasir.decode.http.write;

import org.jspecify.annotations.NullMarked;
