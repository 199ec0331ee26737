package dev.kvasir.http.server;

import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.json.ErrorBody;
import dev.kvasir.http.json.Json;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Answers bytes that are not an HTTP request, and closes the connection. */
final class InvalidRequests {
  private InvalidRequests() {}

  static void answer(HttpServerRequest request) {
    ApiError error =
        switch (request.decoderResult().cause()) {
          case TooLongHttpLineException _ ->
              ApiError.invalid(
                  414, "uri_too_long", "the request line is too long: shorten the path");
          case TooLongHttpHeaderException _ ->
              ApiError.invalid(431, "headers_too_large", "the headers are too large: send fewer");
          case null, default -> Routes.NOT_HTTP;
        };
    request
        .response()
        .setStatusCode(error.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(Buffer.buffer(Json.bytes(ErrorBody.of(error))))
        .onComplete(_ -> request.connection().close());
  }
}
