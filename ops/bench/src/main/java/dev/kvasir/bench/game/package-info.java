/** A game's state as blocks (Block-Attention, appendix A): one part of it changes a turn. */
@NullMarked
package dev.kvasir.bench.game;

import org.jspecify.annotations.NullMarked;
