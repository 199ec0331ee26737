package dev.kvasir.bench.agreement;

import dev.kvasir.block.ElementType;
import dev.kvasir.engine.sample.LogitGap;
import org.jspecify.annotations.Nullable;

/**
 * What one question gave in one mode.
 *
 * @param question its text
 * @param tokens of the prompt
 * @param gap from float32 keys and values
 * @param llamaFirst llama.cpp's greedy token after the same ids; null where it was not asked
 */
public record Outcome(
    String question,
    Mode mode,
    ElementType kv,
    int passages,
    int tokens,
    LogitGap gap,
    @Nullable Integer llamaFirst) {

  /** Whether llama.cpp was asked and chose the same token. */
  boolean sameAsLlama() {
    return llamaFirst != null && llamaFirst == gap.first();
  }
}
