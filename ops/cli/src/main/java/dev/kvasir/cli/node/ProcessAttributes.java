package dev.kvasir.cli.node;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the other members of a grid are told of a process. */
final class ProcessAttributes {
  private ProcessAttributes() {}

  /**
   * The attributes of a process.
   *
   * @param kind the command that starts it
   * @param url where it tells its health and metrics
   */
  static Map<String, String> of(String kind, Optional<String> url) {
    Map<String, String> attributes = new HashMap<>(Map.of("kvasir.kind", kind));
    url.ifPresent(place -> attributes.put("kvasir.http.url", place));
    return attributes;
  }

  /** Both together. */
  static Map<String, String> and(Map<String, String> one, Map<String, String> other) {
    Map<String, String> all = new HashMap<>(one);
    all.putAll(other);
    return all;
  }
}
