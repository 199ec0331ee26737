package dev.kvasir.http.server;

import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lets only JSON bodies of bounded size in that arrive in time. */
final class JsonBodyGate {
  private static final String TIMER = "kvasir.body.timer";
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

  private final BodyHandler reader;
  private final long waitMillis;
  private final int maxBytes;

  JsonBodyGate(ServerSettings settings) {
    this.maxBytes = settings.bodyBytes();
    this.reader = BodyHandler.create(false).setBodyLimit(maxBytes);
    this.waitMillis = settings.timeouts().body().toMillis();
  }

  /** The steps before a handler that wants a body, each for a route of its own. */
  List<Handler<RoutingContext>> steps() {
    return List.of(
        JsonBodyGate::checkType,
        this::checkLength,
        this::startTimer,
        reader,
        JsonBodyGate::stopTimer);
  }

  private static void checkType(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (type == null || !MediaType.isUtf8Json(type)) {
      throw unsupportedMedia("send the header Content-Type: application/json (in UTF-8)");
    }
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw unsupportedMedia("send the body without Content-Encoding");
    }
    ctx.next();
  }

  /** Refuses a large body before its client, which waits for leave, sends it. */
  private void checkLength(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    if (request.getHeader(HttpHeaders.EXPECT) != null
        && declaredBytes(request.getHeader(HttpHeaders.CONTENT_LENGTH)) > maxBytes) {
      ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      ctx.addEndHandler(_ -> request.connection().close());
      throw new ApiException(tooLarge());
    }
    ctx.next();
  }

  private static long declaredBytes(@Nullable String length) {
    return length != null && DIGITS.matcher(length).matches() ? Long.parseLong(length) : 0;
  }

  /** The error for a body over the limit. */
  ApiError tooLarge() {
    return ApiError.invalid(
        413,
        "body_too_large",
        "the body is larger than %d bytes: send fewer or shorter passages".formatted(maxBytes));
  }

  private static ApiException unsupportedMedia(String message) {
    return new ApiException(ApiError.invalid(415, "unsupported_media_type", message));
  }

  private void startTimer(RoutingContext ctx) {
    long timer = ctx.vertx().setTimer(waitMillis, _ -> tooSlow(ctx));
    ctx.put(TIMER, timer);
    ctx.addEndHandler(_ -> ctx.vertx().cancelTimer(timer));
    ctx.next();
  }

  private static void stopTimer(RoutingContext ctx) {
    Long timer = ctx.remove(TIMER);
    if (timer != null) {
      ctx.vertx().cancelTimer(timer);
    }
    ctx.next();
  }

  /** Whether a body is still arriving, so that a failure is one of its framing. */
  static boolean isReading(RoutingContext ctx) {
    return ctx.get(TIMER) != null;
  }

  private static void tooSlow(RoutingContext ctx) {
    ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    ctx.addEndHandler(_ -> ctx.request().connection().close());
    Replies.error(
        ctx,
        ApiError.invalid(
            408, "request_timeout", "the body took too long to arrive: send it again"));
  }
}
