/** Encoding by another process: which worker is asked, and how. */
@NullMarked
package dev.kvasir.prefill.remote;

import org.jspecify.annotations.NullMarked;
