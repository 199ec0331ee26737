package dev.kvasir.cli.node;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.config.Secret;
import dev.kvasir.config.SecurityConfig;
import dev.kvasir.http.access.Access;
import dev.kvasir.http.access.KeyFileException;
import dev.kvasir.http.access.KeyRing;
import dev.kvasir.http.server.ListenException;
import dev.kvasir.http.server.Server;
import dev.kvasir.http.server.ServerParts;
import dev.kvasir.http.server.ServerSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;

/**
 * What every process of a cluster has: configuration, who may call it, counters, an end.
 *
 * @param registry counts for {@code /metrics}; the closers own it
 * @param traces does nothing unless the configuration says where traces go
 */
record ProcessParts(
    KvasirConfig config,
    Access access,
    PrometheusMeterRegistry registry,
    OpenTelemetry traces,
    Closers closers) {

  /**
   * The parts of a process with this configuration.
   *
   * @param kind of the process
   * @throws UserError if the file of keys cannot be used
   */
  static ProcessParts of(KvasirConfig config, String kind, Closers closers) {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    closers.add(registry::close);
    return new ProcessParts(
        config, access(config), registry, TraceExport.open(config, kind, closers), closers);
  }

  private static Access access(KvasirConfig config) {
    SecurityConfig security = config.security();
    try {
      return Access.of(
          security.keysFile().map(KeyRing::new),
          security.clusterSecret().map(Secret::reveal),
          config.scopes().unauthenticatedTenant());
    } catch (KeyFileException e) {
      throw new UserError(e);
    }
  }

  /**
   * A server that has begun to listen; the closers own it.
   *
   * @throws UserError if it cannot listen there
   */
  Server listen(ServerSettings settings, ServerParts parts) {
    try {
      return closers.add(Server.open(settings, parts));
    } catch (ListenException e) {
      throw new UserError(e);
    }
  }
}
