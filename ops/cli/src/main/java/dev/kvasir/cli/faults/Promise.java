package dev.kvasir.cli.faults;

import dev.kvasir.cli.api.Document;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one backup promises: after the loss of one cache node every stored block is there. */
final class Promise {
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
        cluster.patient(PATIENCE));
    return missing;
  }
}
