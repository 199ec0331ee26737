/** Where the model file comes from and how the cache folder keeps it. */
@NullMarked
package dev.kvasir.cli.model;

import org.jspecify.annotations.NullMarked;
