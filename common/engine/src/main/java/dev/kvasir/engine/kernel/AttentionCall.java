package dev.kvasir.engine.kernel;

import dev.kvasir.engine.kv.CpuSegment;
import java.util.List;

/**
 * Attention of one layer for a ragged batch.
 *
 * @param layer which layer's keys and values to read
 * @param heads query heads; {@code heads / kvHeads} of them share a KV head
 * @param queries (tokens, heads · headDim), not rotated
 * @param out (tokens, heads · headDim)
 */
public record AttentionCall(
    int layer, int heads, RopeTable rope, Rows queries, Rows out, List<Query> sequences) {

  /**
   * One sequence's rows in the batch.
   *
   * @param firstRow row of its first token
   * @param tokens number of its rows
   * @param firstPosition position of its first token in the prompt
   * @param spans what it sees, in order; only the last one is causal
   */
  public record Query(int firstRow, int tokens, int firstPosition, List<Span> spans) {}

  /**
   * Keys and values a sequence sees. Queries are rotated by their distance from {@code start}.
   *
   * @param start position of the segment's first token
   * @param tokens rows of the segment to read
   * @param causal whether a token sees only the rows up to its own position
   */
  public record Span(CpuSegment segment, int start, int tokens, boolean causal) {}
}
