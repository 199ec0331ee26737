/** The Hazelcast grid behind the store SPI; nothing of Hazelcast shows outside this package. */
@NullMarked
package dev.kvasir.grid.hazelcast;

import org.jspecify.annotations.NullMarked;
