/** The Ignite grid behind the store SPI; nothing of Ignite shows outside this package. */
@NullMarked
package dev.kvasir.grid.ignite;

import org.jspecify.annotations.NullMarked;
