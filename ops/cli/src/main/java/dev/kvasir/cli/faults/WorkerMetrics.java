package dev.kvasir.cli.faults;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** What the workers count. Thread-safe. */
final class WorkerMetrics {
  private static final String ENCODED = "kvasir_encoded_blocks_total";
  private static final String DAMAGED = "kvasir_integrity_failures_total";
  private static final String WAITING = "kvasir_encode_waiting";

  private final Cluster cluster;
  private final Api api;

  WorkerMetrics(Cluster cluster, Api api) {
    this.cluster = cluster;
    this.api = api;
  }

  /** Blocks that all workers have encoded so far; nothing if one does not say. */
  OptionalDouble encoded() {
    return sum(ENCODED);
  }

  /** Damaged blocks that all workers have found so far; nothing if one does not say. */
  OptionalDouble damaged() {
    return sum(DAMAGED);
  }

  private OptionalDouble sum(String name) {
    double sum = 0;
    for (Child worker :
        Stream.concat(cluster.prefills().stream(), cluster.decodes().stream()).toList()) {
      OptionalDouble one = api.metric(cluster.url(worker), name);
      if (one.isEmpty()) {
        return one;
      }
      sum += one.getAsDouble();
    }
    return OptionalDouble.of(sum);
  }

  /** A prefill worker that encodes now. */
  Optional<Child> encoding() {
    return cluster.prefills().stream()
        .filter(worker -> api.metric(cluster.url(worker), WAITING).orElse(0) > 0)
        .findFirst();
  }
}
