/** What the machine can do at best. */
@NullMarked
package dev.kvasir.bench.roofline;

import org.jspecify.annotations.NullMarked;
