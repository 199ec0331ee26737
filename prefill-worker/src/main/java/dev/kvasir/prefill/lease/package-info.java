/** Who in the cluster encodes a block: one worker at a time. */
@NullMarked
package dev.kvasir.prefill.lease;

import org.jspecify.annotations.NullMarked;
