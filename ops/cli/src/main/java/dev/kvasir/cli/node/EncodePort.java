package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.HostPort;
import dev.kvasir.config.PrefillConfig;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.prefill.http.EncodeServer;
import dev.kvasir.prefill.remote.ClusterEncoder;
import java.util.Map;
import java.util.function.Supplier;

/** Where a prefill worker encodes for other processes, if it does. */
final class EncodePort {
  private EncodePort() {}

  /** What the other members are told of it. */
  static Map<String, String> attributes(PrefillConfig prefill) {
    return prefill
        .listen()
        .map(place -> Map.of(ClusterEncoder.WORKER_URL, "http://" + place))
        .orElse(Map.of());
  }

  /** Refuses a port in use before anything slow starts. */
  static void requireFree(PrefillConfig prefill) {
    prefill.listen().ifPresent(place -> Ports.requireFree(place.host(), place.port()));
  }

  /** Starts to listen. */
  static void open(
      PrefillConfig prefill,
      String model,
      AheadEncoder encoder,
      Supplier<String> metrics,
      Closers closers) {
    prefill.listen().ifPresent(place -> closers.add(start(place, model, encoder, metrics)));
  }

  private static EncodeServer start(
      HostPort place, String model, AheadEncoder encoder, Supplier<String> metrics) {
    try {
      return EncodeServer.start(place.host(), place.port(), model, encoder, metrics);
    } catch (IllegalStateException e) {
      throw new UserError(e.getMessage() + ": choose another prefill.listen", e);
    }
  }
}
