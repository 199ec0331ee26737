package dev.kvasir.decode.http;

import dev.kvasir.decode.http.error.ApiError;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Builds the table of paths, and answers whatever is not in it. */
final class Routes {
  static final ApiError NOT_HTTP =
      ApiError.invalid(400, "bad_request", "the request is not valid HTTP: send a valid one");

  private static final int TOO_LARGE = 413;

  private final Router router;
  private final JsonBodyGate gate;

  Routes(Router router, RequestStart start, ApiSettings settings) {
    this.router = router;
    this.gate = new JsonBodyGate(settings);
    router.route().handler(start).failureHandler(this::failed);
    router.errorHandler(NOT_HTTP.status(), ctx -> Replies.error(ctx, NOT_HTTP));
  }

  /**
   * Serves a JSON request.
   *
   * @param path regular expression
   */
  Routes post(String name, String path, Handler<RoutingContext> handler) {
    router.routeWithRegex(path).handler(RequestStart.named(name));
    gate.steps().forEach(step -> on(HttpMethod.POST, path, step));
    on(HttpMethod.POST, path, handler);
    return only(path, "POST");
  }

  /**
   * Serves a question without a body.
   *
   * @param path regular expression
   */
  Routes get(String name, String path, Handler<RoutingContext> handler) {
    router.routeWithRegex(path).handler(RequestStart.named(name));
    on(HttpMethod.GET, path, handler);
    on(HttpMethod.HEAD, path, handler);
    return only(path, "GET, HEAD");
  }

  /** The finished table. */
  Router router() {
    router
        .route()
        .handler(ctx ->
            Replies.error(
                ctx,
                ApiError.invalid(
                    404,
                    "not_found",
                    "there is nothing at this path: see the list of endpoints in http-api.md")));
    return router;
  }

  private void on(HttpMethod method, String path, Handler<RoutingContext> handler) {
    router.routeWithRegex(path).method(method).handler(handler);
  }

  private Routes only(String path, String methods) {
    router
        .routeWithRegex(path)
        .handler(ctx -> {
          ctx.response().putHeader(HttpHeaders.ALLOW, methods);
          Replies.error(
              ctx, ApiError.invalid(405, "method_not_allowed", "this path takes only " + methods));
        });
    return this;
  }

  private void failed(RoutingContext ctx) {
    if (ctx.response().closed()) {
      return;
    }
    Throwable failure = ctx.failure();
    if (ctx.statusCode() == TOO_LARGE) {
      Replies.error(ctx, gate.tooLarge());
    } else if (failure == null || JsonBodyGate.isReading(ctx)) {
      Replies.error(ctx, NOT_HTTP);
    } else {
      Replies.error(ctx, Replies.errorOf(ctx, failure));
    }
  }
}
