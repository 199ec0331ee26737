package dev.kvasir.decode.audit;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How much is audited.
 *
 * @param share of requests in block mode, 0 to 1; 0 audits none
 * @param maxDivergence mean divergence of the first token from full attention's, in nats, above
 *     which blocks are stopped; empty is no limit
 * @param window samples of a part of the documents that the mean is over
 * @param maxWaiting samples that may wait; more are dropped and counted
 * @param patience how long a piece of the work waits for the worker to be idle
 */
public record AuditOptions(
    double share, OptionalDouble maxDivergence, int window, int maxWaiting, Duration patience) {
  public AuditOptions {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be from 0 to 1: share=" + share);
    }
    if (window < 1 || maxWaiting < 1) {
      throw new IllegalArgumentException(
          "window and maxWaiting must be positive: window=%d maxWaiting=%d"
              .formatted(window, maxWaiting));
    }
  }

  /** This share, no limit on the divergence. */
  public static AuditOptions of(double share) {
    return new AuditOptions(share, OptionalDouble.empty(), 20, 8, Duration.ofSeconds(2));
  }
}
