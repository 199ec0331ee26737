package dev.kvasir.prefill.http;

import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.remote.BlockFrames;
import dev.kvasir.prefill.remote.EncodeCall;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code POST /internal/v1/encode}: an {@link EncodeCall} in, {@link BlockFrames} out, and
 * {@code POST /internal/v1/encode-ahead}, which answers with an outcome once the block is stored.
 * 400 says what is wrong with the call, 409 that this worker has another model, 429 that too many
 * blocks wait. {@code GET /metrics} is what the worker counts, as Prometheus text. Owns its port
 * and threads; borrows the encoder. Thread-safe.
 */
public final class EncodeServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EncodeServer.class);
  private static final int MAX_BODY_BYTES = 4 << 20;
  private static final int GRACE_SECONDS = 5;

  private final Vertx vertx;
  private final HttpServer server;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private EncodeServer(Vertx vertx, HttpServer server) {
    this.vertx = vertx;
    this.server = server;
  }

  /**
   * Listens on the port; 0 takes any free one.
   *
   * @param model fingerprint of the model that the encoder has
   * @param metrics makes the text of {@code /metrics}
   * @throws IllegalStateException if it cannot listen there
   */
  public static EncodeServer start(
      String host, int port, String model, AheadEncoder encoder, Supplier<String> metrics) {
    Vertx vertx = Vertx.vertx();
    Router router = Router.router(vertx);
    router.post("/internal/v1/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
    router
        .post("/internal/v1/encode")
        .handler(context ->
            encode(
                context,
                model,
                block -> encoder.encode(block).thenApply(bytes -> BlockFrames.of(bytes))));
    router
        .post("/internal/v1/encode-ahead")
        .handler(context ->
            encode(
                context,
                model,
                block ->
                    encoder
                        .encodeAhead(block)
                        .thenApply(outcome -> outcome.name().getBytes(StandardCharsets.US_ASCII))));
    router.get("/metrics").handler(context -> show(context, metrics));
    try {
      HttpServer server =
          await(
              vertx
                  .createHttpServer(new HttpServerOptions().setHost(host).setPort(port))
                  .requestHandler(router)
                  .listen());
      LOG.info("encoding for the cluster on http://{}:{}", host, server.actualPort());
      return new EncodeServer(vertx, server);
    } catch (CompletionException e) {
      vertx.close();
      throw new IllegalStateException(
          "cannot listen on %s:%d: %s".formatted(host, port, e.getCause()), e);
    }
  }

  public int port() {
    return server.actualPort();
  }

  private static void show(RoutingContext context, Supplier<String> metrics) {
    context
        .response()
        .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        .end(metrics.get());
  }

  private static void encode(
      RoutingContext context,
      String model,
      Function<CacheableBlock, CompletableFuture<byte[]>> encoding) {
    CacheableBlock block;
    try {
      Buffer body = context.body().buffer();
      block = EncodeCall.parse(body == null ? new byte[0] : body.getBytes());
    } catch (IllegalArgumentException e) {
      refuse(context, 400, String.valueOf(e.getMessage()));
      return;
    }
    if (!block.identity().modelFingerprint().equals(model)) {
      refuse(context, 409, "this worker has model " + model);
      return;
    }
    var _ =
        Future.fromCompletionStage(encoding.apply(block), context.vertx().getOrCreateContext())
            .onSuccess(bytes -> answer(context, bytes))
            .onFailure(failure -> fail(context, block, failure));
  }

  private static void answer(RoutingContext context, byte[] bytes) {
    context
        .response()
        .putHeader("Content-Type", "application/octet-stream")
        .end(Buffer.buffer(bytes));
  }

  private static void fail(RoutingContext context, CacheableBlock block, Throwable failure) {
    if (failure instanceof OverloadedException) {
      refuse(context, 429, String.valueOf(failure.getMessage()));
    } else {
      LOG.warn("block={} could not be encoded for another process", block.key(), failure);
      refuse(context, 503, "the block could not be encoded: the worker's log says why");
    }
  }

  private static void refuse(RoutingContext context, int status, String sentence) {
    context.response().setStatusCode(status).end(sentence);
  }

  /** Stops to listen, lets running encodes be answered for a moment, then closes connections. */
  @Override
  public void close() {
    if (!open.getAndSet(false)) {
      return;
    }
    await(server.shutdown(GRACE_SECONDS, TimeUnit.SECONDS).otherwiseEmpty());
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
