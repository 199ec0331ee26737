/** From request bytes to checked records, with errors that name the field and say what to do. */
@NullMarked
package dev.kvasir.decode.http.read;

import org.jspecify.annotations.NullMarked;
