package dev.kvasir.config;

import java.time.Duration;
import java.util.Optional;

/** Limits of a prefill worker. */
public record PrefillConfig(
    @About(
            "where other processes of the grid have blocks encoded, host:port; none: this one encodes for itself")
        Optional<HostPort> listen,
    @About("blocks accepted and not yet encoded; more are refused") int maxWaitingBlocks,
    @About("tokens that share one forward pass; a longer block runs alone") int maxBatchTokens,
    @About("prefix blocks kept installed") int maxPrefixes,
    @About(
            "how long the store may take to say that it has a block already, where somebody waits for it")
        Duration lookupDeadline,
    @About(
            "how long to wait for another worker that encodes a block already, and for the store where nobody waits for the block")
        Duration foreignEncodePatience,
    @About("how long the store may take to accept a block") Duration putDeadline,
    @About("encoded bytes the store has not accepted yet; blocks above are not stored")
        Bytes maxUnstoredBytes) {
  public PrefillConfig {
    Require.atLeast("max_waiting_blocks", maxWaitingBlocks, 1);
    Require.atLeast("max_batch_tokens", maxBatchTokens, 1);
    Require.atLeast("max_prefixes", maxPrefixes, 1);
    Require.positive("lookup_deadline", lookupDeadline);
    Require.positive("foreign_encode_patience", foreignEncodePatience);
    Require.positive("put_deadline", putDeadline);
    Require.atLeast("max_unstored_bytes", maxUnstoredBytes, new Bytes(1));
  }

  public static PrefillConfig defaults() {
    return new PrefillConfig(
        Optional.empty(),
        1_024,
        1_024,
        16,
        Duration.ofMillis(250),
        Duration.ofSeconds(20),
        Duration.ofSeconds(10),
        Bytes.ofMiB(256));
  }
}
