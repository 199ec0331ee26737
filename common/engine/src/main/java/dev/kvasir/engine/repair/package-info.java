/** Ways to make up for what blocks lose by being encoded alone, without training. */
@NullMarked
package dev.kvasir.engine.repair;

import org.jspecify.annotations.NullMarked;
