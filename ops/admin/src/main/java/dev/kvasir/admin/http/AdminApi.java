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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Serves the admin API: a bounded number of calls at once on threads of their own, of those that
 * read whole corpora two on two others, and events to a bounded number of listeners. Borrows the
 * log; its threads end with the server.
 */
public final class AdminApi implements Consumer<Routes> {
  private static final int THREADS = 8;
  private static final int CALLS = 64;
  private static final int LONG_CALLS = 2;

  private final List<Endpoint> endpoints;
  private final EventLog events;

  public AdminApi(List<Endpoint> endpoints, EventLog events) {
    this.endpoints = endpoints;
    this.events = events;
  }

  /** Threads, and how many calls may be on them or wait for them. */
  private record Lane(WorkerExecutor workers, Semaphore places) {}

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
    Lane quick =
        new Lane(
            routes.vertx().createSharedWorkerExecutor("kvasir-admin", THREADS),
            new Semaphore(CALLS));
    Lane lengthy =
        new Lane(
            routes
                .vertx()
                .createSharedWorkerExecutor("kvasir-admin-long", LONG_CALLS, 1, TimeUnit.HOURS),
            new Semaphore(LONG_CALLS));
    for (Endpoint endpoint : endpoints) {
      Lane lane = endpoint.isLong() ? lengthy : quick;
      String path = endpoint.regex();
      switch (endpoint.method()) {
        case GET -> routes.get(endpoint.name(), path, ctx -> answer(ctx, endpoint, lane));
        case POST -> routes.post(endpoint.name(), path, ctx -> answer(ctx, endpoint, lane));
        case PUT -> routes.put(endpoint.name(), path, ctx -> answer(ctx, endpoint, lane));
        case DELETE -> routes.delete(endpoint.name(), path, ctx -> answer(ctx, endpoint, lane));
      }
    }
    routes.get("events", Endpoints.BASE + "/events/?", new EventStream(events));
  }

  private static void answer(RoutingContext ctx, Endpoint endpoint, Lane lane) {
    Call call = call(ctx);
    if (!lane.places().tryAcquire()) {
      throw ApiException.overloaded();
    }
    lane.workers()
        .executeBlocking(() -> endpoint.action().answer(call), false)
        .onComplete(result -> {
          lane.places().release();
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
