package dev.kvasir.decode.http;

import dev.kvasir.decode.AttentionMode;
import java.time.Duration;

/**
 * Where and within which limits the API is served.
 *
 * @param host address to listen on
 * @param port 0 takes any free one
 * @param autoMode what {@code "mode": "auto"} means for the model that is served
 */
public record ApiSettings(
    String host, int port, AttentionMode autoMode, Limits limits, Timeouts timeouts) {
  private static final int MAX_PORT = 65_535;

  public ApiSettings {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port must be from 0 to 65535: port=" + port);
    }
  }

  /** The usual settings: 127.0.0.1, blocks by default. */
  public static ApiSettings onPort(int port) {
    return new ApiSettings(
        "127.0.0.1", port, AttentionMode.BLOCK, Limits.usual(), Timeouts.usual());
  }

  /**
   * What one request may ask for.
   *
   * @param bodyBytes largest request body
   * @param headerBytes largest request head
   * @param requests most requests in work at once; more are answered with 429
   * @param blocks most documents, passages or hashes of one request
   * @param usualAnswerTokens longest answer of a request that names no {@code max_tokens}
   * @param encodedBytes most canonical bytes that one answer of {@code blocks:encode} returns
   */
  public record Limits(
      int bodyBytes,
      int headerBytes,
      int requests,
      int blocks,
      int usualAnswerTokens,
      long encodedBytes) {
    public Limits {
      positive("bodyBytes", bodyBytes);
      positive("headerBytes", headerBytes);
      positive("requests", requests);
      positive("blocks", blocks);
      positive("usualAnswerTokens", usualAnswerTokens);
      positive("encodedBytes", encodedBytes);
    }

    public static Limits usual() {
      return new Limits(4 << 20, 16 << 10, 64, 1_000, 1_024, 64L << 20);
    }

    private static void positive(String name, long value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be positive: " + name + "=" + value);
      }
    }
  }

  /**
   * How long the server waits.
   *
   * @param body for the rest of a request
   * @param stalledReader for a client that does not read its stream
   * @param idle for anything on a connection
   * @param store for the block store
   * @param shutdown for running answers at the end
   */
  public record Timeouts(
      Duration body, Duration stalledReader, Duration idle, Duration store, Duration shutdown) {

    public static Timeouts usual() {
      return new Timeouts(
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2));
    }
  }
}
