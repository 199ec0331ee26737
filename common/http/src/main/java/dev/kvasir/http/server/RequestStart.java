package dev.kvasir.http.server;

import dev.kvasir.http.error.Failures;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Gives every request an id and measures it until its answer has ended or its client has gone. */
final class RequestStart implements Handler<RoutingContext> {
  private static final int CLIENT_GONE = 499;
  private static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.DELETE,
          HttpMethod.HEAD,
          HttpMethod.OPTIONS,
          HttpMethod.PATCH);

  private final MeterRegistry metrics;
  private final Failures failures;

  RequestStart(MeterRegistry metrics, Failures failures) {
    this.metrics = metrics;
    this.failures = failures;
  }

  @Override
  public void handle(RoutingContext ctx) {
    long started = System.nanoTime();
    String id = UUID.randomUUID().toString().replace("-", "");
    Request request = Request.begin(ctx, id, failures);
    ctx.response().putHeader("x-request-id", id);
    ctx.addEndHandler(end -> measure(ctx, request, end, System.nanoTime() - started));
    ctx.next();
  }

  private void measure(RoutingContext ctx, Request request, AsyncResult<Void> end, long nanos) {
    int status = end.succeeded() ? ctx.response().getStatusCode() : CLIENT_GONE;
    HttpMethod method = ctx.request().method();
    Timer.builder("kvasir.http.requests")
        .description("Requests until the end of their answers")
        .tag("route", request.route())
        .tag("method", METHODS.contains(method) ? method.name() : "other")
        .tag("status", Integer.toString(status))
        .register(metrics)
        .record(nanos, TimeUnit.NANOSECONDS);
  }
}
