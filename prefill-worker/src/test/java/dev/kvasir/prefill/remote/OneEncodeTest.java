package dev.kvasir.prefill.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.http.access.Access;
import dev.kvasir.http.server.Server;
import dev.kvasir.http.server.ServerSettings;
import dev.kvasir.prefill.PrefillOptions;
import dev.kvasir.prefill.PrefillWorker;
import dev.kvasir.prefill.http.EncodeApi;
import dev.kvasir.prefill.lease.GridLeases;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.memory.MemoryGrid;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Four nodes over one grid, each a prefill worker with its port and a client of all others. */
class OneEncodeTest {
  private static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();
  private static final OpenTelemetry TRACES =
      OpenTelemetrySdk.builder()
          .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(SPANS))
                  .build())
          .build();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final CacheableBlock PASSAGE = Blocks.alone(FakeEngine.tokens(3, 40));

  private final MemoryGrid grid = new MemoryGrid();
  private final List<Node> nodes = new ArrayList<>();

  /** A worker that has joined the grid under the address it listens on. */
  private static final class Node {
    private static final ServerSettings LOCAL =
        new ServerSettings(
            "127.0.0.1",
            0,
            Optional.empty(),
            1 << 20,
            1 << 13,
            new ServerSettings.Timeouts(PATIENCE, PATIENCE, Duration.ofMillis(100)));

    final FakeEngine engine = FakeEngine.small();
    final ArrowBlockCodec codec = new ArrowBlockCodec();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final WorkerClient client =
        new WorkerClient(PATIENCE, PATIENCE, WorkerClient.Trust.none(), TRACES);
    final MemoryGrid self;
    final GridLeases leases;
    final PrefillWorker worker;
    final Server server;
    final ClusterEncoder encoder;

    Node(MemoryGrid grid, int number) {
      Grid outside = grid.join(new Member("node-" + number, Map.of()));
      leases = new GridLeases(outside, Duration.ofSeconds(10));
      worker =
          new PrefillWorker(
              new PrefillWorker.Parts(
                  engine, codec, grid.blocks(), leases, registry, TRACES.getTracer("none")),
              PrefillOptions.defaults());
      server =
          Server.open(
              LOCAL,
              EncodeApi.parts(
                  Access.open("tests"),
                  new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                  TRACES,
                  Optional::empty));
      server.serve(new EncodeApi("feed", worker));
      self =
          grid.join(
              new Member(
                  "node-" + number,
                  Map.of(ClusterEncoder.WORKER_URL, "http://127.0.0.1:" + server.port())));
      encoder = new ClusterEncoder(self, client, worker);
    }

    double encodes() {
      return registry.counter("kvasir.encoded.blocks").count();
    }

    void leave() {
      self.close();
      server.close();
    }

    void close() {
      engine.resume();
      leave();
      worker.close();
      leases.close();
      client.close();
      codec.close();
    }
  }

  private void start() {
    IntStream.range(0, 4).forEach(i -> nodes.add(new Node(grid, i)));
  }

  @AfterEach
  void close() {
    nodes.forEach(Node::close);
  }

  @Test
  void encode_64MissesOnFourNodes_oneEncode() {
    start();
    List<CompletableFuture<EncodedBlock>> answers = missesFrom(nodes);
    assertAllEqual(answers);
    assertThat(nodes.stream().mapToDouble(Node::encodes).sum()).isEqualTo(1);
  }

  /** The dying worker never comes to an end of its encode, so that only one is completed. */
  @Test
  void encode_encodingWorkerDies_nextOneEncodesOnce() {
    start();
    Node owner = owner();
    owner.engine.pause();
    List<CompletableFuture<EncodedBlock>> answers = missesFrom(others(owner));
    while (owner.engine.arrived() == 0) {
      Thread.onSpinWait();
    }
    owner.leave();
    assertAllEqual(answers);
    assertThat(nodes.stream().mapToDouble(Node::encodes).sum()).isEqualTo(1);
  }

  @Test
  void encode_byAnotherWorker_isOneTrace() {
    start();
    Node asker = others(owner()).getFirst();
    Span request = TRACES.getTracer("test").spanBuilder("request").startSpan();
    try (Scope _ = request.makeCurrent()) {
      await(asker.encoder.encode(PASSAGE));
    }
    request.end();

    assertThat(path(request, "encode"))
        .isEqualTo("request > POST encode CLIENT > POST encode SERVER > encode");
    assertThat(path(request, "lookup"))
        .isEqualTo("request > POST encode CLIENT > POST encode SERVER > lookup");
  }

  private static String path(Span request, String name) {
    SpanData step = awaitSpan(request, span -> span.getName().equals(name));
    String path = step.getName();
    while (step.getParentSpanContext().isValid()) {
      String parent = step.getParentSpanId();
      step = awaitSpan(request, span -> span.getSpanId().equals(parent));
      path = described(step) + " > " + path;
    }
    return path;
  }

  private static String described(SpanData span) {
    return span.getKind() == SpanKind.INTERNAL
        ? span.getName()
        : span.getName() + " " + span.getKind();
  }

  /** A server's step ends a moment after its client has the answer. */
  private static SpanData awaitSpan(Span request, Predicate<SpanData> wanted) {
    while (true) {
      Optional<SpanData> found =
          SPANS.getFinishedSpanItems().stream()
              .filter(span -> span.getTraceId().equals(request.getSpanContext().getTraceId()))
              .filter(wanted)
              .findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      Thread.onSpinWait();
    }
  }

  private Node owner() {
    List<Node> order = Rendezvous.order(PASSAGE.key(), nodes, node -> node.self.self().id());
    return order.getFirst();
  }

  private List<Node> others(Node owner) {
    return nodes.stream().filter(node -> node != owner).toList();
  }

  @Test
  void encode_workersAskedBesideTheirOrder_oneEncode() {
    start();
    List<CompletableFuture<EncodedBlock>> answers = new ArrayList<>();
    nodes.forEach(node -> answers.add(node.worker.encode(PASSAGE)));
    assertAllEqual(answers);
    assertThat(nodes.stream().mapToDouble(Node::encodes).sum()).isEqualTo(1);
  }

  @Test
  void encode_noWorkerCanBeReached_encodesHere() {
    Node alone = new Node(grid, 0);
    nodes.add(alone);
    alone.server.close();
    assertThat(alone.encoder.encode(PASSAGE)).succeedsWithin(PATIENCE);
    assertThat(alone.encodes()).isEqualTo(1);
  }

  private static List<CompletableFuture<EncodedBlock>> missesFrom(List<Node> askers) {
    return IntStream.range(0, 64)
        .mapToObj(i -> askers.get(i % askers.size()).encoder.encode(PASSAGE))
        .toList();
  }

  private static void assertAllEqual(List<CompletableFuture<EncodedBlock>> answers) {
    List<byte[]> expected = Blocks.records(await(answers.getFirst()));
    answers.forEach(
        answer -> assertThat(Blocks.records(await(answer))).containsExactlyElementsOf(expected));
  }

  private static EncodedBlock await(CompletableFuture<EncodedBlock> answer) {
    assertThat(answer).succeedsWithin(PATIENCE);
    return answer.join();
  }
}
