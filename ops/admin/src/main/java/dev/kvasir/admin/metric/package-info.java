/** What the processes of a cluster count, gathered. */
@NullMarked
package dev.kvasir.admin.metric;

import org.jspecify.annotations.NullMarked;
