package dev.kvasir.admin.http;

import dev.kvasir.admin.event.Event;
import dev.kvasir.admin.event.EventLog;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.Json;
import dev.kvasir.http.server.Connections;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * {@code /events}: server-sent events, those since {@code Last-Event-ID} first. Where they are not
 * all there any more, an event {@code reset} says that everything has to be read again. A listener
 * that reads too slowly is cut off, and comes back. A comment every 15 seconds keeps proxies awake.
 */
final class EventStream implements Handler<RoutingContext> {
  private static final int LISTENERS = 64;
  private static final long ALIVE_MILLIS = 15_000;
  private static final int MAX_QUEUED_BYTES = 4 << 20;

  private final EventLog log;
  private final AtomicInteger listeners = new AtomicInteger();

  EventStream(EventLog log) {
    this.log = log;
  }

  @Override
  public void handle(RoutingContext ctx) {
    Optional<EventLog.Position> after = after(ctx);
    if (listeners.incrementAndGet() > LISTENERS) {
      listeners.decrementAndGet();
      throw ApiException.overloaded();
    }
    Context loop = ctx.vertx().getOrCreateContext();
    HttpServerResponse response = ctx.response();
    response
        .setChunked(true)
        .setWriteQueueMaxSize(MAX_QUEUED_BYTES)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    EventLog.Start start = log.listen(after, new Sending(loop, ctx));
    long alive =
        ctx.vertx().setPeriodic(ALIVE_MILLIS, _ -> write(ctx, Buffer.buffer(": alive\n\n")));
    ctx.addEndHandler(_ -> {
      ctx.vertx().cancelTimer(alive);
      start.subscription().close();
      listeners.decrementAndGet();
    });
    write(ctx, Buffer.buffer(": " + log.now().text() + "\n\n"));
    if (!start.complete()) {
      write(ctx, Buffer.buffer("id: %s\nevent: reset\ndata: {}\n\n".formatted(log.now().text())));
    }
    start.missed().forEach(event -> send(ctx, event));
  }

  private final class Sending implements EventLog.Listener {
    private final Context loop;
    private final RoutingContext ctx;

    private Sending(Context loop, RoutingContext ctx) {
      this.loop = loop;
      this.ctx = ctx;
    }

    @Override
    public void event(Event event) {
      loop.runOnContext(_ -> send(ctx, event));
    }

    @Override
    public void end() {
      loop.runOnContext(_ -> {
        HttpServerResponse response = ctx.response();
        if (!response.closed() && !response.ended()) {
          response.end();
        }
      });
    }
  }

  private static Optional<EventLog.Position> after(RoutingContext ctx) {
    @Nullable String given = ctx.request().getHeader("Last-Event-ID");
    if (given == null) {
      return Optional.empty();
    }
    return Optional.of(
        EventLog.Position.parse(given)
            .orElseThrow(() ->
                ApiException.badField(
                    "Last-Event-ID", "Last-Event-ID must be the id of an event of this server")));
  }

  private void send(RoutingContext ctx, Event event) {
    Buffer text =
        Buffer.buffer(
                "id: %s\nevent: %s\ndata: ".formatted(log.position(event).text(), event.kind()))
            .appendBytes(
                Json.bytes(
                    Json.object()
                        .put("sequence", event.sequence())
                        .put("at", event.at().toString())
                        .put("kind", event.kind())
                        .set("data", event.data())))
            .appendBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    write(ctx, text);
  }

  private static void write(RoutingContext ctx, Buffer text) {
    HttpServerResponse response = ctx.response();
    if (response.closed() || response.ended()) {
      return;
    }
    if (response.writeQueueFull()) {
      Connections.abort(ctx.request().connection());
      return;
    }
    response.write(text);
  }
}
