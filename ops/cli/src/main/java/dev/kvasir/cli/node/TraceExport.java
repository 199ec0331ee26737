package dev.kvasir.cli.node;

import dev.kvasir.config.KvasirConfig;
import dev.kvasir.config.TelemetryConfig;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends traces to a collector, by OTLP over HTTP. */
final class TraceExport {
  private static final Logger LOG = LoggerFactory.getLogger(TraceExport.class);

  private TraceExport() {}

  /** Traces of such a process; the closers own what it starts, which is nothing by default. */
  static OpenTelemetry open(KvasirConfig config, String kind, Closers closers) {
    return config
        .telemetry()
        .otlpEndpoint()
        .<OpenTelemetry>map(
            url -> closers.add(start(url.replaceAll("/+$", "") + "/v1/traces", config, kind)))
        .orElseGet(OpenTelemetry::noop);
  }

  private static OpenTelemetrySdk start(String url, KvasirConfig config, String kind) {
    TelemetryConfig telemetry = config.telemetry();
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    LOG.info("traces go to {}, share={}", url, telemetry.sampleShare());
    return OpenTelemetrySdk.builder()
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .setTracerProvider(
            SdkTracerProvider.builder()
                .setResource(resource(config, kind))
                .setSampler(RequestSampler.of(telemetry.sampleShare()))
                .addSpanProcessor(
                    BatchSpanProcessor.builder(
                            OtlpHttpSpanExporter.builder().setEndpoint(url).build())
                        .build())
                .build())
        .build();
  }

  private static Resource resource(KvasirConfig config, String kind) {
    return Resource.getDefault()
        .merge(
            Resource.create(
                Attributes.builder()
                    .put("service.name", config.telemetry().serviceName())
                    .put("service.namespace", config.grid().clusterName())
                    .put("service.instance.id", ModuleSettings.instanceName(config.grid()))
                    .put("kvasir.kind", kind)
                    .build()));
  }
}
