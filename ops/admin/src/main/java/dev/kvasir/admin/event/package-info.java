/** What happens in a cluster, in order and to be read again. */
@NullMarked
package dev.kvasir.admin.event;

import org.jspecify.annotations.NullMarked;
