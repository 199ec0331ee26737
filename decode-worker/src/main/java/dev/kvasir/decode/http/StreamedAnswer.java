package dev.kvasir.decode.http;

import dev.kvasir.decode.Completion;
import dev.kvasir.decode.GenerationListener;
import dev.kvasir.decode.PromptReport;
import dev.kvasir.decode.http.write.StreamFormat;
import dev.kvasir.http.server.Connections;
import dev.kvasir.http.server.Request;
import dev.kvasir.http.server.SseWriter;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends an answer as events while it is generated. While the client does not read, text gathers
 * into one event (an answer is never longer than the model's context); a client that does not read
 * for too long is dropped. Runs on the request's event loop.
 */
final class StreamedAnswer implements GenerationListener {
  private final RoutingContext ctx;
  private final StreamFormat format;
  private final Duration patience;
  private final SseWriter events;
  private final StringBuilder unsent = new StringBuilder();
  private @Nullable PromptReport report;
  private boolean waiting;
  private long dropTimer;

  /**
   * @param patience how long a client may not read
   */
  StreamedAnswer(RoutingContext ctx, StreamFormat format, Duration patience) {
    this.ctx = ctx;
    this.format = format;
    this.patience = patience;
    this.events = new SseWriter(ctx.response());
  }

  @Override
  public void prompt(PromptReport prompt) {
    report = prompt;
    events.open();
    format.opening().ifPresent(events::send);
  }

  @Override
  public void text(String delta) {
    unsent.append(delta);
    if (!waiting) {
      flush();
      pauseIfFull();
    }
  }

  @Override
  public void finished(Completion completion) {
    PromptReport prompt = report;
    if (prompt == null || completion.reason() == Completion.FinishReason.CANCELLED) {
      failed(WholeAnswer.cancelled());
      return;
    }
    flush();
    format.closing(prompt, completion).forEach(events::send);
    events.done().onComplete(_ -> stopWaiting());
  }

  @Override
  public void failed(Throwable cause) {
    if (events.gone()) {
      return;
    }
    if (report == null) {
      ctx.fail(cause);
      return;
    }
    flush();
    events.send(Request.of(ctx).errorBody(cause));
    events.end().onComplete(_ -> stopWaiting());
  }

  private void flush() {
    if (!unsent.isEmpty()) {
      String text = unsent.toString();
      unsent.setLength(0);
      events.send(format.delta(text));
    }
  }

  private void pauseIfFull() {
    if (!events.full()) {
      return;
    }
    waiting = true;
    dropTimer =
        ctx.vertx()
            .setTimer(patience.toMillis(), _ -> Connections.abort(ctx.request().connection()));
    events.onDrain(() -> {
      stopWaiting();
      flush();
      pauseIfFull();
    });
  }

  private void stopWaiting() {
    ctx.vertx().cancelTimer(dropTimer);
    waiting = false;
  }
}
