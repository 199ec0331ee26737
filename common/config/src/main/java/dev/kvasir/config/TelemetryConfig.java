package dev.kvasir.config;

import java.util.Optional;

/** What is told of requests to other systems. */
public record TelemetryConfig(
    @About(
            "where traces go: address of a collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; none: no traces")
        Optional<String> otlpEndpoint,
    @About("name of this process in traces") String serviceName,
    @About(
            "share of the requests that are traced, 0 to 1; a request that names a trace follows its caller")
        double sampleShare,
    @About(
            "whether the admin process shows the bytes of each tenant as a metric; it reads the metadata of every block for it")
        boolean tenantBytes,
    @About(
            "whether decode workers show some metrics under the names of vLLM, too, for schedulers and boards made for it")
        boolean vllmNames) {
  public TelemetryConfig {
    otlpEndpoint.ifPresent(url ->
        Require.that(
            url.matches("https?://[^/?#\\s]+/*"),
            "otlp_endpoint",
            "must be a collector's address without a path, such as http://127.0.0.1:4318, not '%s'"
                .formatted(url)));
    Require.text("service_name", serviceName);
    Require.that(
        sampleShare >= 0 && sampleShare <= 1,
        "sample_share",
        "must be from 0 to 1, not " + sampleShare);
  }

  public static TelemetryConfig defaults() {
    return new TelemetryConfig(Optional.empty(), "kvasir", 1, false, false);
  }
}
