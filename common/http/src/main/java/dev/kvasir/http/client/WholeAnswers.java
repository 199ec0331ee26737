package dev.kvasir.http.client;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests with a time limit; that of {@link HttpRequest} may end with the answer's head. */
public final class WholeAnswers {
  private WholeAnswers() {}

  /**
   * Asks, without blocking. Completes exceptionally with {@link HttpTimeoutException}, and ends the
   * exchange, if the answer and its body have not come in time.
   */
  @SuppressWarnings("Interruption") // only an interrupting cancel ends the exchange
  public static <T> CompletableFuture<HttpResponse<T>> ask(
      HttpClient http,
      HttpRequest request,
      HttpResponse.BodyHandler<T> handler,
      Duration patience) {
    CompletableFuture<HttpResponse<T>> exchange = http.sendAsync(request, handler);
    return exchange
        .thenApply(answer -> answer)
        .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionallyCompose(failure -> {
          if (!(failure instanceof TimeoutException)) {
            return CompletableFuture.failedFuture(failure);
          }
          exchange.cancel(true);
          return CompletableFuture.failedFuture(
              new HttpTimeoutException(
                  "%s did not answer within %s".formatted(request.uri(), patience)));
        });
  }
}
