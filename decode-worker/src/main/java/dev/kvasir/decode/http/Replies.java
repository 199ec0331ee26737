package dev.kvasir.decode.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.decode.http.error.ApiError;
import dev.kvasir.decode.http.error.Failures;
import dev.kvasir.decode.http.write.ErrorBody;
import dev.kvasir.decode.http.write.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends JSON and errors, and logs the failures that nobody foresaw. */
final class Replies {
  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);
  private static final int INTERNAL = 500;
  private static final int OVERLOADED = 429;
  private static final int UNAVAILABLE = 503;

  private Replies() {}

  static void json(RoutingContext ctx, int status, ObjectNode body) {
    bytes(ctx, status, "application/json", Json.bytes(body));
  }

  /** Sends a body, unless the client has gone or was answered already. */
  static void bytes(RoutingContext ctx, int status, String contentType, byte[] body) {
    HttpServerResponse response = ctx.response();
    if (response.closed() || response.ended() || response.headWritten()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
        .end(Buffer.buffer(body));
  }

  /** Sends an error object with its status. */
  static void error(RoutingContext ctx, ApiError error) {
    if (error.status() == OVERLOADED || error.status() == UNAVAILABLE) {
      ctx.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    json(ctx, error.status(), ErrorBody.of(error));
  }

  /** The error of a failure; one that nobody foresaw is logged with the request's id. */
  static ApiError errorOf(RoutingContext ctx, Throwable failure) {
    ApiError error = Failures.of(failure);
    if (error.status() == INTERNAL) {
      LOG.error(
          "request={} route={} failed", RequestStart.id(ctx), RequestStart.route(ctx), failure);
    } else if (error.status() == UNAVAILABLE) {
      LOG.warn(
          "request={} route={}: {}",
          RequestStart.id(ctx),
          RequestStart.route(ctx),
          Failures.cause(failure).toString());
    }
    return error;
  }
}
