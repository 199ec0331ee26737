package dev.kvasir.decode.http;

import dev.kvasir.decode.Completion;
import dev.kvasir.decode.GenerationListener;
import dev.kvasir.decode.PromptReport;
import dev.kvasir.decode.http.write.AnswerFormat;
import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.server.Replies;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Sends an answer as one JSON object when it is complete. Runs on the request's event loop. */
final class WholeAnswer implements GenerationListener {
  private final RoutingContext ctx;
  private final AnswerFormat format;
  private @Nullable PromptReport report;

  WholeAnswer(RoutingContext ctx, AnswerFormat format) {
    this.ctx = ctx;
    this.format = format;
  }

  @Override
  public void prompt(PromptReport prompt) {
    report = prompt;
  }

  @Override
  public void text(String delta) {}

  @Override
  public void finished(Completion completion) {
    PromptReport prompt = report;
    if (prompt == null || completion.reason() == Completion.FinishReason.CANCELLED) {
      ctx.fail(cancelled());
    } else {
      Replies.json(ctx, 200, format.whole(prompt, completion));
    }
  }

  @Override
  public void failed(Throwable cause) {
    ctx.fail(cause);
  }

  /** The failure of a generation that was cancelled though its client is still there. */
  static ApiException cancelled() {
    return new ApiException(
        ApiError.server(
            503, "shutting_down", "the server stopped before the answer was complete: try again"));
  }
}
