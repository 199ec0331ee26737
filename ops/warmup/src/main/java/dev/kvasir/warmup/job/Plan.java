package dev.kvasir.warmup.job;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What a corpus comes to, before anything is encoded.
 *
 * @param passages items of the corpus that are passages
 * @param blocks distinct blocks that they make
 * @param presentBlocks those of them that the store has
 * @param presentBytes bytes of these
 * @param newTokens tokens of the others
 * @param newBytes bytes of the others, without headers and envelopes (under 2 %)
 * @param tokensPerSecond how fast this cluster encoded such blocks last; 0 if it never has
 * @param faultyItems items that are no passages or do not fit the model
 * @param problems the first of these
 */
public record Plan(
    long passages,
    long blocks,
    long presentBlocks,
    long presentBytes,
    long newTokens,
    long newBytes,
    double tokensPerSecond,
    long faultyItems,
    List<ItemProblem> problems) {
  public Plan {
    problems = List.copyOf(problems);
  }

  /** Blocks that have to be encoded. */
  public long newBlocks() {
    return blocks - presentBlocks;
  }

  /** How long that takes; empty while nobody knows how fast this cluster is. */
  public OptionalDouble estimatedSeconds() {
    return tokensPerSecond > 0
        ? OptionalDouble.of(newTokens / tokensPerSecond)
        : OptionalDouble.empty();
  }
}
