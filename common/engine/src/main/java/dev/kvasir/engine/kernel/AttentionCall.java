package dev.kvasir.engine.kernel;

import dev.kvasir.engine.kv.CpuSegment;
import java.util.Arrays;
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
   * @param positions of its tokens in the prompt, rising
   * @param spans what it sees, in order; only the last one is causal
   * @param sharpening how it weighs the first of them
   */
  public record Query(int firstRow, int[] positions, List<Span> spans, Sharpening sharpening) {

    /** Tokens behind each other, from {@code firstPosition} on. */
    public Query(int firstRow, int tokens, int firstPosition, List<Span> spans) {
      this(firstRow, following(firstPosition, tokens), spans, Sharpening.NONE);
    }

    private static int[] following(int first, int count) {
      int[] positions = new int[count];
      Arrays.setAll(positions, i -> first + i);
      return positions;
    }

    /** Number of its rows. */
    public int tokens() {
      return positions.length;
    }

    /** Rows of a span that a token of it sees. */
    public int visible(Span span, int token) {
      return span.causal()
          ? Math.min(span.tokens(), positions[token] - span.start() + 1)
          : span.tokens();
    }
  }

  /**
   * Keys and values a sequence sees. Queries are rotated by their distance from {@code start}.
   *
   * @param start position of the segment's first token
   * @param tokens rows of the segment to read
   * @param causal whether a token sees only the rows up to its own position
   */
  public record Span(CpuSegment segment, int start, int tokens, boolean causal) {}
}
