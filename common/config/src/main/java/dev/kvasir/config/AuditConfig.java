package dev.kvasir.config;

import java.util.Optional;

/**
 * How a share of the answers is computed again, to see whether blocks still do what they should.
 */
public record AuditConfig(
    @About("share of the requests in block mode that is computed again, 0 to 1; 0 is none")
        double share,
    @About(
            "mean divergence of the first token from full attention's, in nats over 20 requests, above which blocks are stopped; none: no limit")
        Optional<Double> maxDivergence) {
  public AuditConfig {
    Require.that(share >= 0 && share <= 1, "share", "must be from 0 to 1, not " + share);
    maxDivergence.ifPresent(
        most -> Require.that(most > 0, "max_divergence", "must be above 0, not " + most));
  }

  public static AuditConfig defaults() {
    return new AuditConfig(0.01, Optional.empty());
  }
}
