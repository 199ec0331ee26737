/** The store SPI: opaque blocks of bytes under their keys. */
@NullMarked
package dev.kvasir.store;

import org.jspecify.annotations.NullMarked;
