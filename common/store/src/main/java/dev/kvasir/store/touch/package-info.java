/** How readers tell the nodes which blocks they use. */
@NullMarked
package dev.kvasir.store.touch;

import org.jspecify.annotations.NullMarked;
