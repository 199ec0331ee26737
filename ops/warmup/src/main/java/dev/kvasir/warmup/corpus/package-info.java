/** Texts that warm-up jobs read: passages in lines of JSON, folders of text, indexes of Lucene. */
@NullMarked
package dev.kvasir.warmup.corpus;

import org.jspecify.annotations.NullMarked;
