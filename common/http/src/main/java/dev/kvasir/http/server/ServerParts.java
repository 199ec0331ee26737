package dev.kvasir.http.server;

import dev.kvasir.http.access.Access;
import dev.kvasir.http.access.Role;
import dev.kvasir.http.error.Failures;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a server works with; borrowed and used from many threads.
 *
 * @param role what a caller needs on this server; its metrics need admin or cluster
 * @param metrics shown at {@code /metrics}; the server counts its requests there
 * @param traces takes a trace of every request that is no probe
 * @param unready why the process cannot answer now, a few words; empty if it can. May block
 */
public record ServerParts(
    Access access,
    Role role,
    PrometheusMeterRegistry metrics,
    OpenTelemetry traces,
    Failures failures,
    Supplier<Optional<String>> unready) {}
