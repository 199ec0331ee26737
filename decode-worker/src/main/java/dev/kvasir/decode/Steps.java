package dev.kvasir.decode;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Steps of a request in its trace, each a part of the one that is current. Thread-safe. */
public record Steps(Tracer tracer) {

  /** Does the work as a step, which it may describe. */
  public <T> T in(String name, Function<Span, T> work) {
    Span span = begin(name);
    try (Scope _ = span.makeCurrent()) {
      T result = work.apply(span);
      end(span, null);
      return result;
    } catch (RuntimeException | Error e) {
      end(span, e);
      throw e;
    }
  }

  /** A step that is ended somewhere else. */
  Span begin(String name) {
    return tracer.spanBuilder(name).startSpan();
  }

  /** The same, a part of that context's step. */
  Span begin(String name, Context parent) {
    return tracer.spanBuilder(name).setParent(parent).startSpan();
  }

  /** A step that began then and ends now. */
  void since(Instant begun, String name) {
    tracer.spanBuilder(name).setStartTimestamp(begun).startSpan().end();
  }

  /** Ends a step, with what it failed by. */
  public static void end(Span span, @Nullable Throwable failure) {
    if (failure != null) {
      span.setStatus(StatusCode.ERROR, failure.toString());
    }
    span.end();
  }
}
