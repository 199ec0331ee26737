package dev.kvasir.cli.node;

import dev.kvasir.config.HostPort;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.http.server.Server;
import dev.kvasir.prefill.http.EncodeApi;
import dev.kvasir.prefill.remote.ClusterEncoder;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Where a prefill worker encodes for other processes, if it does. */
final class EncodePort {
  private EncodePort() {}

  /** What the other members are told of it. */
  static Map<String, String> attributes(KvasirConfig config) {
    String scheme = config.security().tls().certificate().isPresent() ? "https" : "http";
    return config
        .prefill()
        .listen()
        .map(place -> Map.of(ClusterEncoder.WORKER_URL, scheme + "://" + reachable(config, place)))
        .orElse(Map.of());
  }

  private static HostPort reachable(KvasirConfig config, HostPort place) {
    return new HostPort(ProcessAttributes.reachable(config, place.host()), place.port());
  }

  /** Refuses a port in use before anything slow starts. */
  static void requireFree(KvasirConfig config) {
    config.prefill().listen().ifPresent(place -> Ports.requireFree(place.host(), place.port()));
  }

  /**
   * Starts to listen, if it shall.
   *
   * @param unready why the process cannot encode now
   */
  static Optional<Server> listen(ProcessParts process, Supplier<Optional<String>> unready) {
    return process.config().prefill().listen().map(place -> listen(process, place, unready));
  }

  private static Server listen(
      ProcessParts process, HostPort place, Supplier<Optional<String>> unready) {
    return process.listen(
        ModuleSettings.server(process.config(), place.host(), place.port()),
        EncodeApi.parts(process.access(), process.registry(), process.traces(), unready));
  }
}
