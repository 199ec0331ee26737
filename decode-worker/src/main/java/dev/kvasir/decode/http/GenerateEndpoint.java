package dev.kvasir.decode.http;

import dev.kvasir.decode.GenerationListener;
import dev.kvasir.decode.Generator;
import dev.kvasir.http.access.Caller;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.JsonBody;
import dev.kvasir.http.server.Request;
import io.opentelemetry.context.Scope;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.Function;

/**
 * Answers one kind of generation request: reads and tokenises it on a worker thread, starts the
 * generator, and cancels it when the client goes away.
 */
final class GenerateEndpoint implements Handler<RoutingContext> {
  private final String operation;
  private final Function<Planning, Plan.Maker> plans;
  private final Means means;

  /**
   * Answers such requests.
   *
   * @param operation what OpenTelemetry calls it
   */
  GenerateEndpoint(String operation, Function<Planning, Plan.Maker> plans, Means means) {
    this.operation = operation;
    this.plans = plans;
    this.means = means;
  }

  /**
   * What all generating endpoints share.
   *
   * @param planning planning for a caller
   * @param patience how long a client of a stream may not read
   */
  record Means(
      Function<Caller, Planning> planning,
      Generator generator,
      Admission admission,
      WorkerExecutor workers,
      Answers answers,
      Duration patience) {}

  @Override
  public void handle(RoutingContext ctx) {
    if (means.generator().overloaded()) {
      throw ApiException.overloaded();
    }
    Admission.Slot slot = means.admission().enter();
    Context loop = ctx.vertx().getOrCreateContext();
    Cancellation cancellation = new Cancellation();
    ctx.addEndHandler(end -> {
      if (end.failed()) {
        cancellation.request();
      }
    });
    means
        .workers()
        .executeBlocking(() -> start(ctx, loop, slot, cancellation), false)
        .onFailure(failure -> {
          slot.close();
          ctx.fail(failure);
        });
  }

  private boolean start(
      RoutingContext ctx, Context loop, Admission.Slot slot, Cancellation cancellation) {
    if (cancellation.requested()) {
      slot.close();
      return false;
    }
    try (Scope _ = Request.of(ctx).trace().makeCurrent()) {
      Plan plan = means.answers().steps().in("segment", _ -> plan(ctx));
      LoopListener listener =
          new LoopListener(loop, answer(ctx, plan.delivery()), slot, cancellation);
      cancellation.bind(
          means.answers().generate(means.generator(), operation, plan.request(), listener));
    }
    return true;
  }

  private Plan plan(RoutingContext ctx) {
    Request request = Request.of(ctx);
    return plans
        .apply(means.planning().apply(request.caller()))
        .plan(JsonBody.parse(Request.body(ctx)), request.id());
  }

  private GenerationListener answer(RoutingContext ctx, Plan.Delivery delivery) {
    return switch (delivery) {
      case Plan.Delivery.Whole whole -> new WholeAnswer(ctx, whole.format());
      case Plan.Delivery.Stream stream ->
          new StreamedAnswer(ctx, stream.format(), means.patience());
    };
  }
}
