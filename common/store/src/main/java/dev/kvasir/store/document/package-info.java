/** Which documents stored blocks belong to. */
@NullMarked
package dev.kvasir.store.document;

import org.jspecify.annotations.NullMarked;
