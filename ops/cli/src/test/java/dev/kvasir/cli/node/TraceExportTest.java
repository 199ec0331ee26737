package dev.kvasir.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpServer;
import dev.kvasir.cli.FetchedModel;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.KvasirConfig;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Traces of a real process, as a collector gets them. */
class TraceExportTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";

  private final ConcurrentLinkedQueue<byte[]> exports = new ConcurrentLinkedQueue<>();

  @Test
  void serve_withACollector_sendsTheCallersTrace() throws Exception {
    HttpServer collector = collector();
    String url = "http://127.0.0.1:" + collector.getAddress().getPort();
    try (LocalNode node = LocalNode.openServing(options(url))) {
      assertThat(ask(node.url()).statusCode()).isEqualTo(200);
    } finally {
      collector.stop(0);
    }

    List<ResourceSpans> sent = exports.stream().flatMap(TraceExportTest::parsed).toList();
    assertThat(sent)
        .allSatisfy(each ->
            assertThat(attributes(each.getResource().getAttributesList()))
                .containsEntry("service.name", "ferries")
                .containsEntry("kvasir.kind", "decode-worker"));
    List<Span> spans =
        sent.stream()
            .flatMap(each -> each.getScopeSpansList().stream())
            .flatMap(scope -> scope.getSpansList().stream())
            .filter(span -> hex(span.getTraceId().toByteArray()).equals(TRACE))
            .toList();
    assertThat(spans)
        .extracting(Span::getName)
        .contains("segment", "wait", "first token", "pull", "lookup", "encode", "install")
        .contains("compute", "decode");
    Span request = named(spans, "POST chat");
    assertThat(hex(request.getParentSpanId().toByteArray())).isEqualTo(CALLER);
    Span answer = named(spans, "chat ");
    assertThat(answer.getParentSpanId()).isEqualTo(request.getSpanId());
    assertThat(attributes(answer.getAttributesList()))
        .containsEntry("gen_ai.operation.name", "chat")
        .containsEntry("gen_ai.usage.output_tokens", "4")
        .containsEntry("kvasir.mode", "block");
  }

  @Test
  void open_withoutACollector_startsNothing() {
    assertThat(TraceExport.open(KvasirConfig.defaults(), "decode-worker", new Closers()))
        .isSameAs(OpenTelemetry.noop());
  }

  private static Span named(List<Span> spans, String prefix) {
    return spans.stream()
        .filter(span -> span.getName().startsWith(prefix))
        .findFirst()
        .orElseThrow();
  }

  private HttpServer collector() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          try (exchange) {
            exports.add(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
    return server;
  }

  private static Stream<ResourceSpans> parsed(byte[] export) {
    try {
      return ExportTraceServiceRequest.parseFrom(export).getResourceSpansList().stream();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("not OTLP", e);
    }
  }

  private static Map<String, String> attributes(List<KeyValue> list) {
    return list.stream()
        .collect(
            Collectors.toMap(
                KeyValue::getKey,
                pair ->
                    pair.getValue().hasIntValue()
                        ? Long.toString(pair.getValue().getIntValue())
                        : pair.getValue().getStringValue()));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static HttpResponse<String> ask(String url) throws Exception {
    String body =
        """
        {"messages": [{"role": "user", "content": "Who is the captain?"}], "max_tokens": 4,
         "documents": ["The captain of the Heron Ferry is Ada Brook."], "temperature": 0,
         "block_attention": {"mode": "block"}}
        """;
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
              .header("Content-Type", "application/json")
              .header("traceparent", "00-%s-%s-01".formatted(TRACE, CALLER))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static NodeOptions options(String collector) {
    List<Flag> flags =
        Stream.of(
                "http.port=0",
                "model.threads=2",
                "cache.bytes=64MiB",
                "grid.kind=memory",
                "telemetry.service_name=ferries",
                "telemetry.sample_share=0",
                "telemetry.otlp_endpoint=" + collector)
            .map(Flag::set)
            .toList();
    Path model = FetchedModel.path();
    return new NodeOptions(
        model,
        ConfigReader.read(
                KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)))
            .value());
  }
}
