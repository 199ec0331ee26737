package dev.kvasir.decode.http;

import dev.kvasir.decode.AttentionMode;
import java.time.Duration;

/**
 * Within which limits the API is served.
 *
 * @param autoMode what {@code "mode": "auto"} means for the model that is served
 */
public record ApiSettings(AttentionMode autoMode, Limits limits, Timeouts timeouts) {

  /**
   * What one request may ask for.
   *
   * @param requests most requests in work at once; more are answered with 429
   * @param blocks most documents, passages or hashes of one request
   * @param usualAnswerTokens longest answer of a request that names no {@code max_tokens}
   * @param encodedBytes most canonical bytes that one answer of {@code blocks:encode} returns
   */
  public record Limits(int requests, int blocks, int usualAnswerTokens, long encodedBytes) {
    public Limits {
      positive("requests", requests);
      positive("blocks", blocks);
      positive("usualAnswerTokens", usualAnswerTokens);
      positive("encodedBytes", encodedBytes);
    }

    private static void positive(String name, long value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be positive: " + name + "=" + value);
      }
    }
  }

  /**
   * How long the API waits.
   *
   * @param stalledReader for a client that does not read its stream
   * @param store for the block store
   */
  public record Timeouts(Duration stalledReader, Duration store) {}
}
