package dev.kvasir.decode.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.decode.http.error.ApiException;
import dev.kvasir.decode.http.write.Json;
import dev.kvasir.decode.http.write.ModelObject;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;

/** What operators and clients ask about the server itself. */
final class Probes {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final ApiServices services;
  private final ModelObject model;
  private final WorkerExecutor workers;

  /**
   * @param started seconds since 1970
   * @param workers for gauges and readiness, which may block
   */
  Probes(ApiServices services, long started, WorkerExecutor workers) {
    this.services = services;
    this.model = new ModelObject(services.model(), started, services.blocks());
    this.workers = workers;
  }

  void models(RoutingContext ctx) {
    Replies.json(ctx, 200, model.list());
  }

  void model(RoutingContext ctx) {
    String asked = String.valueOf(ctx.pathParam("id"));
    if (!asked.equals(services.model().name())) {
      throw ApiException.modelNotFound(asked, services.model().name());
    }
    Replies.json(ctx, 200, model.single());
  }

  void live(RoutingContext ctx) {
    Replies.json(ctx, 200, status("live"));
  }

  void ready(RoutingContext ctx) {
    workers
        .executeBlocking(services.ready()::getAsBoolean, false)
        .onSuccess(
            ready -> Replies.json(ctx, ready ? 200 : 503, status(ready ? "ready" : "not ready")))
        .onFailure(ctx::fail);
  }

  void metrics(RoutingContext ctx) {
    workers
        .executeBlocking(() -> services.metrics().scrape().getBytes(StandardCharsets.UTF_8), false)
        .onSuccess(text -> Replies.bytes(ctx, 200, PROMETHEUS, text))
        .onFailure(ctx::fail);
  }

  private static ObjectNode status(String word) {
    return Json.object().put("status", word);
  }
}
