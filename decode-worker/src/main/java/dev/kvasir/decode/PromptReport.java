package dev.kvasir.decode;

import dev.kvasir.block.BlockKey;
import java.time.Duration;
import java.util.List;

/**
 * How a prompt came together.
 *
 * @param computedTokens tokens that ran through the model for this request, blocks encoded for it
 *     included
 * @param cachedTokens tokens whose KV came from a cache
 */
public record PromptReport(
    int promptTokens, int computedTokens, int cachedTokens, List<BlockReport> blocks) {
  public PromptReport {
    blocks = List.copyOf(blocks);
  }

  /** Where one block's KV came from, its size as stored and how long that took. */
  public record BlockReport(
      BlockKey key, int tokens, Source source, long bytes, Duration elapsed) {}

  /** Where a block's KV came from. */
  public enum Source {
    LOCAL,
    GRID,
    /** A node of the grid had it in a file. */
    DISK,
    ENCODED,
    /** Computed as part of the prompt (full attention). */
    FULL
  }
}
