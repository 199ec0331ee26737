package dev.kvasir.cli.faults;

import dev.kvasir.cli.api.Document;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/** What one backup promises: after the loss of one cache node every stored block is there. */
final class Promise {
  private static final String ENCODED = "kvasir_encoded_blocks_total";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Cluster cluster;
  private final Api api;
  private final List<Document> passages;

  Promise(Cluster cluster, Api api, List<Document> passages) {
    this.cluster = cluster;
    this.api = api;
    this.passages = passages;
  }

  /** Hashes of the passages that are stored; nothing if nobody says. */
  Optional<Set<String>> stored() {
    for (Child worker : cluster.decodes()) {
      Optional<Set<String>> found =
          worker.up() ? api.stored(cluster.url(worker), passages) : Optional.empty();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Waits until all of these are stored; returns those that are not in time. */
  Set<String> missing(Set<String> before) {
    Set<String> missing = new HashSet<>(before);
    Waiting.until(
        () -> {
          stored().ifPresent(missing::removeAll);
          return missing.isEmpty();
        },
        PATIENCE);
    return missing;
  }

  /** Blocks that the workers have encoded so far; nothing if one does not say. */
  OptionalDouble encoded() {
    double sum = 0;
    for (Child worker :
        Stream.concat(cluster.prefills().stream(), cluster.decodes().stream()).toList()) {
      OptionalDouble one = api.metric(cluster.url(worker), ENCODED);
      if (one.isEmpty()) {
        return one;
      }
      sum += one.getAsDouble();
    }
    return OptionalDouble.of(sum);
  }
}
