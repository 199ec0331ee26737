package dev.kvasir.decode.http;

import dev.kvasir.decode.Completion;
import dev.kvasir.decode.GenerationListener;
import dev.kvasir.decode.PromptReport;
import dev.kvasir.decode.Steps;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Measures one answer while another listener sends it. */
final class AnswerWatch implements GenerationListener {
  private static final AttributeKey<List<String>> FINISH_REASONS =
      AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");

  /** Prometheus wants the same labels in every row; an empty one is as good as none to it. */
  private static final String ERROR = "error.type";

  private static final String DURATION = "gen_ai.server.request.duration";

  private final GenerationListener listener;
  private final Span span;
  private final MeterRegistry registry;
  private final Tags tags;
  private final long since = System.nanoTime();

  /** Ends the span with the answer. */
  AnswerWatch(GenerationListener listener, Span span, MeterRegistry registry, Tags tags) {
    this.listener = listener;
    this.span = span;
    this.registry = registry;
    this.tags = tags;
  }

  @Override
  public void prompt(PromptReport report) {
    span.setAttribute("gen_ai.usage.input_tokens", report.promptTokens())
        .setAttribute("gen_ai.usage.cache_read.input_tokens", report.cachedTokens())
        .setAttribute("kvasir.computed_tokens", report.computedTokens());
    listener.prompt(report);
  }

  @Override
  public void text(String delta) {
    listener.text(delta);
  }

  @Override
  public void finished(Completion completion) {
    measure(completion);
    span.setAttribute("gen_ai.usage.output_tokens", completion.completionTokens())
        .setAttribute(FINISH_REASONS, List.of(completion.reason().name().toLowerCase(Locale.ROOT)))
        .setAttribute("kvasir.time_to_first_token_ms", completion.timeToFirstToken().toMillis())
        .end();
    listener.finished(completion);
  }

  private void measure(Completion completion) {
    Duration took = elapsed();
    Duration first = completion.timeToFirstToken();
    int tokens = completion.completionTokens();
    record(DURATION, tags.and(ERROR, ""), took);
    if (tokens > 0) {
      record("gen_ai.server.time_to_first_token", tags, first);
    }
    if (tokens > 1) {
      record("gen_ai.server.time_per_output_token", tags, took.minus(first).dividedBy(tokens - 1L));
    }
  }

  @Override
  public void failed(Throwable cause) {
    record(DURATION, tags.and(ERROR, cause.getClass().getSimpleName()), elapsed());
    Steps.end(span, cause);
    listener.failed(cause);
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  private void record(String name, Tags labels, Duration time) {
    Timer.builder(name).tags(labels).publishPercentileHistogram().register(registry).record(time);
  }
}
