/** What happens to blocks, for those who watch a cluster. */
@NullMarked
package dev.kvasir.store.event;

import org.jspecify.annotations.NullMarked;
