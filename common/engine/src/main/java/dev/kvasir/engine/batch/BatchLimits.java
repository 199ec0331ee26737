package dev.kvasir.engine.batch;

import java.time.Duration;

/**
 * Limits of a {@link BatchingEngine}.
 *
 * @param passTokens tokens of a pass while nobody decodes
 * @param streamingTokens tokens of a pass while somebody decodes: bounds the pause between two
 *     tokens of an answer
 * @param maxWaiting calls that may wait; more are refused
 * @param patience how long a pass waits for callers that got logits from the pass before and will
 *     be back with the next token; a lone caller never waits
 */
public record BatchLimits(int passTokens, int streamingTokens, int maxWaiting, Duration patience) {
  public BatchLimits {
    if (streamingTokens < 2 || passTokens < streamingTokens) {
      throw new IllegalArgumentException(
          "2 <= streamingTokens <= passTokens is needed: streamingTokens=%d passTokens=%d"
              .formatted(streamingTokens, passTokens));
    }
    if (maxWaiting < 1 || patience.isNegative()) {
      throw new IllegalArgumentException(
          "maxWaiting must be positive, patience not negative: maxWaiting=%d patience=%s"
              .formatted(maxWaiting, patience));
    }
  }

  public static BatchLimits defaults() {
    return new BatchLimits(512, 64, 256, Duration.ofMillis(2));
  }

  int tokens(boolean streaming) {
    return streaming ? streamingTokens : passTokens;
  }
}
