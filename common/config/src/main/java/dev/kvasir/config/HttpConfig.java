package dev.kvasir.config;

import java.time.Duration;

/** Where and within which limits the HTTP API is served. */
public record HttpConfig(
    @About("address to listen on; for 0.0.0.0 and :: other nodes are told grid.bind_address")
        String host,
    @About("port to listen on, 0 for any free one") int port,
    Limits limits,
    Timeouts timeouts) {

  /** What one request may ask for. */
  public record Limits(
      @About("largest request body, below 2GiB") Bytes bodyBytes,
      @About("largest request head, below 2GiB") Bytes headerBytes,
      @About("requests in work at once; more are answered with 429") int requests,
      @About("documents, passages or hashes of one request") int blocks,
      @About("longest answer of a request that names no max_tokens") int usualAnswerTokens,
      @About("canonical bytes that one answer of blocks:encode returns") Bytes encodedBytes) {
    private static final Bytes BOUND = Bytes.ofMiB(2_048);

    public Limits {
      Require.atLeast("body_bytes", bodyBytes, new Bytes(1));
      Require.below("body_bytes", bodyBytes, BOUND);
      Require.atLeast("header_bytes", headerBytes, new Bytes(1));
      Require.below("header_bytes", headerBytes, BOUND);
      Require.atLeast("requests", requests, 1);
      Require.atLeast("blocks", blocks, 1);
      Require.atLeast("usual_answer_tokens", usualAnswerTokens, 1);
      Require.atLeast("encoded_bytes", encodedBytes, new Bytes(1));
    }
  }

  /** How long the server waits. */
  public record Timeouts(
      @About("how long the server waits for the rest of a request") Duration body,
      @About("how long it waits for a client that does not read its stream") Duration stalledReader,
      @About("how long a connection may be idle") Duration idle,
      @About("how long it waits for the block store") Duration store,
      @About("how long it waits for running answers when it stops") Duration shutdown) {
    public Timeouts {
      Require.positive("body", body);
      Require.positive("stalled_reader", stalledReader);
      Require.positive("idle", idle);
      Require.positive("store", store);
      Require.positive("shutdown", shutdown);
    }
  }

  public HttpConfig {
    Require.text("host", host);
    Require.port("port", port);
  }

  public static HttpConfig defaults() {
    return new HttpConfig(
        "127.0.0.1",
        8_080,
        new Limits(Bytes.ofMiB(4), new Bytes(16 << 10), 64, 1_000, 1_024, Bytes.ofMiB(64)),
        new Timeouts(
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10)));
  }
}
