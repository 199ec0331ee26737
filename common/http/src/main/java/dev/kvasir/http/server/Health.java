package dev.kvasir.http.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.http.json.Json;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells whether the process lives, whether it can answer, and what it counted. */
final class Health {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<Optional<String>> unready;
  private final Supplier<String> metrics;
  private final WorkerExecutor workers;

  /**
   * Health of a process.
   *
   * @param workers for questions that may block
   */
  Health(Supplier<Optional<String>> unready, Supplier<String> metrics, WorkerExecutor workers) {
    this.unready = unready;
    this.metrics = metrics;
    this.workers = workers;
  }

  void live(RoutingContext ctx) {
    Replies.json(ctx, 200, Json.object().put("status", "live"));
  }

  void ready(RoutingContext ctx) {
    workers
        .executeBlocking(unready::get, false)
        .onSuccess(reason -> Replies.json(ctx, reason.isEmpty() ? 200 : 503, status(reason)))
        .onFailure(ctx::fail);
  }

  void metrics(RoutingContext ctx) {
    workers
        .executeBlocking(() -> metrics.get().getBytes(StandardCharsets.UTF_8), false)
        .onSuccess(text -> Replies.bytes(ctx, 200, PROMETHEUS, text))
        .onFailure(ctx::fail);
  }

  private static ObjectNode status(Optional<String> reason) {
    ObjectNode status = Json.object().put("status", reason.isEmpty() ? "ready" : "not ready");
    reason.ifPresent(words -> status.put("reason", words));
    return status;
  }
}
