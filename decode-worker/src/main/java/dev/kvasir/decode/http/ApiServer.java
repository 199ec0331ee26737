package dev.kvasir.decode.http;

import dev.kvasir.store.BlockStore;
import dev.kvasir.store.DeadlineStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OpenAI-compatible HTTP API (ops/docs/http-api.md). Owns its threads and its port; borrows the
 * services. Thread-safe.
 */
public final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
  private static final int MAX_REQUEST_LINE_BYTES = 8 << 10;
  private static final int PROBE_THREADS = 2;

  private final Vertx vertx;
  private final HttpServer server;
  private final Duration grace;

  private ApiServer(Vertx vertx, HttpServer server, Duration grace) {
    this.vertx = vertx;
    this.server = server;
    this.grace = grace;
  }

  /**
   * Starts to serve.
   *
   * @throws ListenException if the port is in use or the address is not this machine's
   */
  public static ApiServer start(ApiSettings settings, ApiServices services) {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    try {
      HttpServer server =
          await(
              vertx
                  .createHttpServer(options(settings))
                  .requestHandler(router(vertx, settings, services))
                  .invalidRequestHandler(InvalidRequests::answer)
                  .listen());
      LOG.info("serving on http://{}:{}", settings.host(), server.actualPort());
      return new ApiServer(vertx, server, settings.timeouts().shutdown());
    } catch (CompletionException e) {
      vertx.close();
      throw listenFailure(settings, e.getCause() == null ? e : e.getCause());
    }
  }

  /** The port that is listened on. */
  public int port() {
    return server.actualPort();
  }

  /** Stops to listen, gives running answers a moment, then closes all connections. */
  @Override
  public void close() {
    await(server.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty());
    await(vertx.close());
  }

  private static HttpServerOptions options(ApiSettings settings) {
    return new HttpServerOptions()
        .setHost(settings.host())
        .setPort(settings.port())
        .setMaxHeaderSize(settings.limits().headerBytes())
        .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
        .setHttp2ClearTextEnabled(false)
        .setIdleTimeout((int) settings.timeouts().idle().toMillis())
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
  }

  private static Router router(Vertx vertx, ApiSettings settings, ApiServices services) {
    WorkerExecutor workers =
        vertx.createSharedWorkerExecutor("kvasir-http", Runtime.getRuntime().availableProcessors());
    Admission admission = new Admission(settings.limits().requests());
    BlockStore store = new DeadlineStore(services.store(), settings.timeouts().store());
    Planning planning =
        new Planning(services.layout(), services.model(), services.blocks(), settings);
    Probes probes =
        new Probes(
            services,
            Instant.now().getEpochSecond(),
            vertx.createSharedWorkerExecutor("kvasir-http-probe", PROBE_THREADS));
    GenerateEndpoint.Means means =
        new GenerateEndpoint.Means(
            services.generator(), admission, workers, settings.timeouts().stalledReader());
    return new Routes(Router.router(vertx), new RequestStart(services.metrics()), settings)
        .post("chat", "/v1/chat/completions/?", new GenerateEndpoint(new ChatPlan(planning), means))
        .post(
            "completions",
            "/v1/completions/?",
            new GenerateEndpoint(new CompletionPlan(planning), means))
        .post(
            "block-generate",
            "/v1/block-generate/?",
            new GenerateEndpoint(new BlockGeneratePlan(planning), means))
        .post(
            "blocks:encode",
            "/v1/blocks(?::|%3[Aa])encode/?",
            new BlocksEndpoint(new EncodeWork(planning, services.encoder()), admission, workers))
        .post(
            "blocks:lookup",
            "/v1/blocks(?::|%3[Aa])lookup/?",
            new BlocksEndpoint(new LookupWork(planning, store), admission, workers))
        .get("models", "/v1/models/?", probes::models)
        .get("model", "/v1/models/(?<id>.+)", probes::model)
        .get("live", "/health/live/?", probes::live)
        .get("ready", "/health/ready/?", probes::ready)
        .get("metrics", "/metrics/?", probes::metrics)
        .router();
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  private static ListenException listenFailure(ApiSettings settings, Throwable cause) {
    String place = settings.host() + ":" + settings.port();
    return cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use")
        ? new ListenException(
            "port %d on %s is in use: choose another one or stop the program that has it"
                .formatted(settings.port(), settings.host()),
            cause)
        : new ListenException(
            "cannot listen on %s: %s".formatted(place, cause.getMessage()), cause);
  }
}
