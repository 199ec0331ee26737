package dev.kvasir.decode.http;

import dev.kvasir.decode.http.error.ApiError;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Builds the table of paths, and answers whatever is not in it. */
final class Routes {
  private static final int BAD_REQUEST = 400;
  private static final int TOO_LARGE = 413;

  private final Router router;
  private final JsonBodyGate gate;
  private final int bodyBytes;

  Routes(Router router, RequestStart start, ApiSettings settings) {
    this.router = router;
    this.gate = new JsonBodyGate(settings);
    this.bodyBytes = settings.limits().bodyBytes();
    router.route().handler(start).failureHandler(this::failed);
    router.errorHandler(BAD_REQUEST, this::failed);
  }

  /**
   * Serves a JSON request.
   *
   * @param path regular expression
   */
  Routes post(String name, String path, Handler<RoutingContext> handler) {
    router.routeWithRegex(path).handler(RequestStart.named(name));
    gate.guard(router.routeWithRegex(path).method(HttpMethod.POST)).handler(handler);
    return only(path, HttpMethod.POST);
  }

  /**
   * Serves a question without a body.
   *
   * @param path regular expression
   */
  Routes get(String name, String path, Handler<RoutingContext> handler) {
    router.routeWithRegex(path).handler(RequestStart.named(name));
    router.routeWithRegex(path).method(HttpMethod.GET).handler(handler);
    return only(path, HttpMethod.GET);
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

  private Routes only(String path, HttpMethod method) {
    router
        .routeWithRegex(path)
        .handler(ctx -> {
          ctx.response().putHeader(HttpHeaders.ALLOW, method.name());
          Replies.error(
              ctx,
              ApiError.invalid(
                  405, "method_not_allowed", "this path takes " + method.name() + " only"));
        });
    return this;
  }

  private void failed(RoutingContext ctx) {
    if (ctx.response().closed()) {
      return;
    }
    Throwable failure = ctx.failure();
    Replies.error(
        ctx,
        switch (ctx.statusCode()) {
          case TOO_LARGE ->
              ApiError.invalid(
                  TOO_LARGE,
                  "body_too_large",
                  "the body is larger than %d bytes: send fewer or shorter passages"
                      .formatted(bodyBytes));
          case BAD_REQUEST ->
              ApiError.invalid(BAD_REQUEST, "bad_request", "the request is not valid HTTP");
          default ->
              Replies.errorOf(
                  ctx, failure == null ? new IllegalStateException("no cause given") : failure);
        });
  }
}
