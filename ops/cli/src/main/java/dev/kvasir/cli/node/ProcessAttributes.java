package dev.kvasir.cli.node;

import dev.kvasir.config.KvasirConfig;
import dev.kvasir.http.server.Server;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the other members of a grid are told of a process. */
final class ProcessAttributes {
  /** Addresses to listen on that nobody can call. */
  private static final Set<String> ANY = Set.of("0.0.0.0", "::");

  private ProcessAttributes() {}

  /** Where others reach a server of this process: not at an address that stands for all. */
  static String reachable(KvasirConfig config, String host) {
    return ANY.contains(host) ? config.grid().bindAddress() : host;
  }

  /** Where others reach this server. */
  static String url(KvasirConfig config, Server server) {
    return server.url(reachable(config, server.host()));
  }

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
