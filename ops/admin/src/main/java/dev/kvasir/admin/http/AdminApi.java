package dev.kvasir.admin.http;

import dev.kvasir.admin.event.EventLog;
import dev.kvasir.admin.rest.Call;
import dev.kvasir.admin.rest.Endpoint;
import dev.kvasir.admin.rest.Endpoints;
import dev.kvasir.admin.rest.Reply;
import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.error.Failures;
import dev.kvasir.http.server.Replies;
import dev.kvasir.http.server.Request;
import dev.kvasir.http.server.Routes;
import dev.kvasir.store.StoreException;
import io.vertx.core.MultiMap;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Serves the admin API: a bounded number of calls at once on threads of their own, and events to a
 * bounded number of listeners. Borrows the log; its threads end with the server.
 */
public final class AdminApi implements Consumer<Routes> {
  private static final int THREADS = 8;
  private static final int CALLS = 64;

  private final List<Endpoint> endpoints;
  private final EventLog events;
  private final Semaphore places = new Semaphore(CALLS);

  public AdminApi(List<Endpoint> endpoints, EventLog events) {
    this.endpoints = endpoints;
    this.events = events;
  }

  /** Failures that this API foresees. */
  public static Failures failures() {
    return failure ->
        failure instanceof StoreException
            ? Optional.of(
                ApiError.server(
                    503,
                    "grid_unavailable",
                    "the grid does not answer: look at its nodes and try again"))
            : Optional.empty();
  }

  @Override
  public void accept(Routes routes) {
    WorkerExecutor workers = routes.vertx().createSharedWorkerExecutor("kvasir-admin", THREADS);
    for (Endpoint endpoint : endpoints) {
      String path = endpoint.regex();
      switch (endpoint.method()) {
        case GET -> routes.get(endpoint.name(), path, ctx -> answer(ctx, endpoint, workers));
        case POST -> routes.post(endpoint.name(), path, ctx -> answer(ctx, endpoint, workers));
        case PUT -> routes.put(endpoint.name(), path, ctx -> answer(ctx, endpoint, workers));
        case DELETE -> routes.delete(endpoint.name(), path, ctx -> answer(ctx, endpoint, workers));
      }
    }
    routes.get("events", Endpoints.BASE + "/events/?", new EventStream(events));
  }

  private void answer(RoutingContext ctx, Endpoint endpoint, WorkerExecutor workers) {
    Call call = call(ctx);
    if (!places.tryAcquire()) {
      throw ApiException.overloaded();
    }
    workers
        .executeBlocking(() -> endpoint.action().answer(call), false)
        .onComplete(result -> {
          places.release();
          if (result.succeeded()) {
            Reply reply = result.result();
            Replies.json(ctx, reply.status(), reply.body());
          } else {
            ctx.fail(result.cause());
          }
        });
  }

  private static Call call(RoutingContext ctx) {
    MultiMap given = ctx.queryParams();
    Map<String, String> query = new HashMap<>();
    for (String name : given.names()) {
      if (given.getAll(name).size() > 1) {
        throw ApiException.badField(name, "this parameter came twice: send it once");
      }
      query.put(name, given.get(name));
    }
    return new Call(
        Map.copyOf(ctx.pathParams()), query, Request.body(ctx), Request.of(ctx).caller().id());
  }
}
