package dev.kvasir.decode.http;

import dev.kvasir.decode.GenerationListener;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.Generator;
import dev.kvasir.decode.Steps;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.util.Locale;

/**
 * Measures and traces answers in the words of OpenTelemetry's conventions for generative AI.
 * Thread-safe.
 *
 * @param model its name
 * @param steps of a request's trace
 */
record Answers(String model, MeterRegistry registry, Steps steps) {
  private static final String OPERATION = "gen_ai.operation.name";
  private static final String PROVIDER = "gen_ai.provider.name";
  private static final String MODEL = "gen_ai.request.model";
  private static final String US = "kvasir";

  Answers(String model, MeterRegistry registry, Tracer tracer) {
    this(model, registry, new Steps(tracer));
  }

  /**
   * Starts a generation as a step of the current trace that ends when the listener has heard all.
   */
  Generator.Handle generate(
      Generator generator,
      String operation,
      GenerationRequest request,
      GenerationListener listener) {
    Span span = begin(operation, request);
    Tags tags = Tags.of(OPERATION, operation, PROVIDER, US, MODEL, model);
    try (Scope _ = span.makeCurrent()) {
      return generator.generate(request, new AnswerWatch(listener, span, registry, tags));
    } catch (RuntimeException | Error e) {
      Steps.end(span, e);
      throw e;
    }
  }

  private Span begin(String operation, GenerationRequest request) {
    return steps
        .tracer()
        .spanBuilder(operation + " " + model)
        .setAttribute(OPERATION, operation)
        .setAttribute(PROVIDER, US)
        .setAttribute(MODEL, model)
        .setAttribute("gen_ai.request.max_tokens", request.sampling().maxTokens())
        .setAttribute("gen_ai.request.temperature", request.sampling().temperature())
        .setAttribute("gen_ai.request.top_p", request.sampling().topP())
        .setAttribute("kvasir.mode", request.mode().name().toLowerCase(Locale.ROOT))
        .startSpan();
  }
}
