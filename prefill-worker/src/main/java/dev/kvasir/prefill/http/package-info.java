/** The prefill worker's port, for decode workers of the same cluster. */
@NullMarked
package dev.kvasir.prefill.http;

import org.jspecify.annotations.NullMarked;
