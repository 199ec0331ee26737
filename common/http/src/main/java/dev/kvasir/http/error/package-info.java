/** What clients see of failures. */
@NullMarked
package dev.kvasir.http.error;

import org.jspecify.annotations.NullMarked;
