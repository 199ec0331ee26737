package dev.kvasir.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.decode.testing.Rig;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the trace of a request shows. */
class StepsTest {
  private static final SegmentedPrompt PROMPT = Rig.prompt(1, 2);

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final Tracer tracer =
      SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(spans))
          .build()
          .get("test");
  private final Rig rig = Rig.traced(tracer);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void answer_blocksMissing_showsEachEncodeAndInstallInOneTrace() {
    List<String> tree = treeOf(() -> rig.answer(PROMPT).completion());

    assertThat(tree)
        .contains(
            "request > wait",
            "request > first token > pull > lookup",
            "request > first token > compute",
            "request > decode");
    assertThat(tree)
        .filteredOn("request > first token > pull > encode"::equals)
        .as("the sink and two passages")
        .hasSize(3);
    assertThat(tree).filteredOn("request > first token > pull > install"::equals).hasSize(3);
  }

  @Test
  void answer_blocksStored_showsTheirFetches() {
    rig.awaitStored(PROMPT);
    spans.reset();

    List<String> tree = treeOf(() -> rig.answer(PROMPT).completion());

    assertThat(tree).contains("request > first token > pull > fetch > install");
    assertThat(named("fetch"))
        .extracting(span -> span.getAttributes().get(AttributeKey.stringKey("kvasir.tier")))
        .contains("grid");
  }

  @Test
  void answer_blocksInLocalMemory_showsOnlyTheLookup() {
    rig.answer(PROMPT).completion();
    spans.reset();

    List<String> tree = treeOf(() -> rig.answer(PROMPT).completion());

    assertThat(tree)
        .containsExactlyInAnyOrder(
            "request",
            "request > wait",
            "request > first token",
            "request > first token > pull",
            "request > first token > pull > lookup",
            "request > first token > compute",
            "request > decode");
  }

  @Test
  void in_workFails_showsTheFailure() {
    assertThatThrownBy(() -> new Steps(tracer).in("step", _ -> Integer.parseInt("no")))
        .isInstanceOf(NumberFormatException.class);
    assertThat(named("step"))
        .singleElement()
        .satisfies(
            span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR));
  }

  /** The path of every step of a request with this work. */
  private List<String> treeOf(Runnable work) {
    Span request = tracer.spanBuilder("request").startSpan();
    try (Scope _ = request.makeCurrent()) {
      work.run();
    }
    request.end();
    String trace = request.getSpanContext().getTraceId();
    Map<String, SpanData> all =
        spans.getFinishedSpanItems().stream()
            .filter(span -> span.getTraceId().equals(trace))
            .collect(Collectors.toMap(SpanData::getSpanId, Function.identity()));
    return all.values().stream().map(span -> path(all, span)).toList();
  }

  private static String path(Map<String, SpanData> all, SpanData span) {
    SpanData parent = all.get(span.getParentSpanId());
    return parent == null ? span.getName() : path(all, parent) + " > " + span.getName();
  }

  private List<SpanData> named(String name) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals(name))
        .toList();
  }
}
