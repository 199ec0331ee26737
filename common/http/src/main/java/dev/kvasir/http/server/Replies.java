package dev.kvasir.http.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.json.ErrorBody;
import dev.kvasir.http.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Sends JSON, bytes and errors. */
public final class Replies {
  private static final int UNAUTHORIZED = 401;
  private static final int OVERLOADED = 429;
  private static final int UNAVAILABLE = 503;

  private Replies() {}

  public static void json(RoutingContext ctx, int status, ObjectNode body) {
    bytes(ctx, status, "application/json", Json.bytes(body));
  }

  /** Sends a body, unless the client has gone or was answered already. */
  public static void bytes(RoutingContext ctx, int status, String contentType, byte[] body) {
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
  public static void error(RoutingContext ctx, ApiError error) {
    if (!ctx.response().headWritten()) {
      switch (error.status()) {
        case UNAUTHORIZED -> ctx.response().putHeader("WWW-Authenticate", "Bearer");
        case OVERLOADED, UNAVAILABLE -> ctx.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
        default -> {}
      }
    }
    json(ctx, error.status(), ErrorBody.of(error));
  }
}
