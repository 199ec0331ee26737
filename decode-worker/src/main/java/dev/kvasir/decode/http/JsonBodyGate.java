package dev.kvasir.decode.http;

import dev.kvasir.decode.http.error.ApiError;
import dev.kvasir.decode.http.error.ApiException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Locale;
import java.util.regex.Pattern;

/** Lets only JSON bodies of bounded size in that arrive in time. */
final class JsonBodyGate {
  private static final String TIMER = "kvasir.body.timer";
  private static final Pattern JSON =
      Pattern.compile("application/(json|[^;\\s]+\\+json)\\s*(;.*)?", Pattern.DOTALL);
  private static final Pattern CHARSET =
      Pattern.compile(".*;\\s*charset\\s*=\\s*\"?(?!utf-?8\"?\\s*(;|$)).*", Pattern.DOTALL);

  private final BodyHandler reader;
  private final long waitMillis;

  JsonBodyGate(ApiSettings settings) {
    this.reader = BodyHandler.create(false).setBodyLimit(settings.limits().bodyBytes());
    this.waitMillis = settings.timeouts().body().toMillis();
  }

  /** Reads the bodies of this route before its next handler runs. */
  Route guard(Route route) {
    return route
        .handler(JsonBodyGate::checkType)
        .handler(this::startTimer)
        .handler(reader)
        .handler(JsonBodyGate::stopTimer);
  }

  /** The body that was read. */
  static byte[] body(RoutingContext ctx) {
    Buffer body = ctx.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }

  private static void checkType(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (type == null || !isUtf8Json(type.toLowerCase(Locale.ROOT).strip())) {
      throw unsupportedMedia("send the header Content-Type: application/json (in UTF-8)");
    }
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw unsupportedMedia("send the body without Content-Encoding");
    }
    ctx.next();
  }

  private static boolean isUtf8Json(String type) {
    return JSON.matcher(type).matches() && !CHARSET.matcher(type).matches();
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
    Long timer = ctx.get(TIMER);
    if (timer != null) {
      ctx.vertx().cancelTimer(timer);
    }
    ctx.next();
  }

  private static void tooSlow(RoutingContext ctx) {
    ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    Replies.error(
        ctx,
        ApiError.invalid(
            408, "request_timeout", "the body took too long to arrive: send it again"));
  }
}
