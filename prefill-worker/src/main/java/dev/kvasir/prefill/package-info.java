/** From passages to stored blocks. */
@NullMarked
package dev.kvasir.prefill;

import org.jspecify.annotations.NullMarked;
