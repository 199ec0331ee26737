package dev.kvasir.admin.http;

import dev.kvasir.admin.rest.Workers;
import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.server.Request;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * {@code /playground}: hands a chat completion to a decode worker of the grid, with the caller's
 * own key, and its answer back as it comes. A caller who leaves ends the worker's answer, too.
 */
final class Playground implements Handler<RoutingContext> {
  private static final int QUESTIONS = 8;
  private static final int CONNECT_MILLIS = 2_000;
  private static final String ASKED = "/v1/chat/completions";
  private static final ApiError NOBODY =
      ApiError.server(
          503,
          "no_decode_worker",
          "no decode worker is in the grid: start one, as with kvasir serve --set grid.role=client");
  private static final ApiError SILENT =
      ApiError.server(
          503,
          "decode_worker_unavailable",
          "the decode worker does not answer: look at the nodes and try again");

  private final Workers workers;
  private final WorkerExecutor executor;
  private final HttpClient http;
  private final Semaphore places = new Semaphore(QUESTIONS);

  /**
   * A way to the workers.
   *
   * @param authorities PEM file of those whose certificates are believed; empty: those that Java
   *     knows
   */
  Playground(Workers workers, Vertx vertx, WorkerExecutor executor, Optional<Path> authorities) {
    this.workers = workers;
    this.executor = executor;
    HttpClientOptions options = new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS);
    authorities.ifPresent(path ->
        options.setTrustOptions(
            new PemTrustOptions().addCertPath(path.toAbsolutePath().toString())));
    http = vertx.createHttpClient(options);
  }

  @Override
  public void handle(RoutingContext ctx) {
    if (!places.tryAcquire()) {
      throw ApiException.overloaded();
    }
    ctx.addEndHandler(_ -> places.release());
    executor
        .executeBlocking(workers::any, false)
        .compose(worker -> ask(ctx, worker.orElseThrow(() -> new ApiException(NOBODY))))
        .onFailure(ctx::fail);
  }

  private Future<Void> ask(RoutingContext ctx, URI worker) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(worker.resolve(ASKED).toString())
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
    @Nullable String key = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (key != null) {
      options.putHeader(HttpHeaders.AUTHORIZATION, key);
    }
    return http.request(options)
        .compose(request -> send(ctx, request))
        .recover(_ -> Future.failedFuture(new ApiException(SILENT)))
        .compose(answer -> relay(answer, ctx.response()));
  }

  private static Future<HttpClientResponse> send(RoutingContext ctx, HttpClientRequest request) {
    ctx.addEndHandler(_ -> request.reset());
    return request.send(Buffer.buffer(Request.body(ctx)));
  }

  /** A worker that leaves in the middle breaks the answer off; its head is out already. */
  private static Future<Void> relay(HttpClientResponse answer, HttpServerResponse response) {
    response.setStatusCode(answer.statusCode()).setChunked(true);
    copy(HttpHeaders.CONTENT_TYPE, answer, response);
    copy(HttpHeaders.RETRY_AFTER, answer, response);
    return answer
        .pipeTo(response)
        .recover(failure -> {
          response.reset();
          return Future.succeededFuture();
        });
  }

  private static void copy(
      CharSequence header, HttpClientResponse answer, HttpServerResponse response) {
    @Nullable String value = answer.getHeader(header);
    if (value != null) {
      response.putHeader(header, value);
    }
  }
}
