package dev.kvasir.http.server;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Traces a request from its head to the end of its answer, as a part of its caller's trace if it
 * names one.
 */
final class RequestTrace implements Handler<RoutingContext> {
  private static final int SERVER_ERROR = 500;

  private final TextMapPropagator callers;
  private final Tracer tracer;

  RequestTrace(OpenTelemetry traces) {
    callers = traces.getPropagators().getTextMapPropagator();
    tracer = traces.getTracer("dev.kvasir.http");
  }

  @Override
  public void handle(RoutingContext ctx) {
    Context caller = callers.extract(Context.root(), ctx.request().headers(), RequestTrace::header);
    Request request = Request.of(ctx);
    String method = ctx.request().method().name();
    Span span =
        tracer
            .spanBuilder(method + " " + request.route())
            .setParent(caller)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", method)
            .setAttribute("http.route", request.route())
            .setAttribute("kvasir.request.id", request.id())
            .startSpan();
    request.traced(caller.with(span));
    ctx.addEndHandler(end -> end(ctx, span, end));
    ctx.next();
  }

  private static void end(RoutingContext ctx, Span span, AsyncResult<Void> end) {
    int status = ctx.response().getStatusCode();
    if (end.failed()) {
      span.setAttribute("error.type", "client_gone");
    } else {
      span.setAttribute("http.response.status_code", status);
    }
    if (end.failed() || status >= SERVER_ERROR) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  private static @Nullable String header(@Nullable MultiMap headers, String name) {
    return headers == null ? null : headers.get(name);
  }
}
