package dev.kvasir.http.server;

import dev.kvasir.http.access.Role;
import dev.kvasir.http.error.ApiError;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of a process. From the start it answers {@code /health/live}, {@code
 * /health/ready} and {@code /metrics}, everything else only once it {@link #serve serves}. When it
 * closes it is unready first, waits for the requests in work, then stops to listen. Owns its
 * threads and its port; borrows the parts. Thread-safe.
 */
public final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final int MAX_REQUEST_LINE_BYTES = 8 << 10;
  private static final int PROBE_THREADS = 2;

  /** How long an event loop may take to notice that a connection was ended. */
  private static final Duration ABORT = Duration.ofSeconds(5);

  private static final Set<Role> OPERATORS = Set.of(Role.ADMIN, Role.CLUSTER);
  private static final ApiError STARTING =
      ApiError.server(503, "starting", "the server is still starting: try again in a moment");
  private static final ApiError NOTHING =
      ApiError.invalid(
          404,
          "not_found",
          "there is nothing at this path: see the list of endpoints in http-api.md");

  private final ServerSettings settings;
  private final ServerParts parts;
  private final Vertx vertx;
  private final WorkerExecutor probes;
  private final InFlight inFlight = new InFlight();
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final HttpServer server;
  private volatile boolean serving;
  private volatile Router router;

  private Server(ServerSettings settings, ServerParts parts, Vertx vertx) {
    this.settings = settings;
    this.parts = parts;
    this.vertx = vertx;
    probes = vertx.createSharedWorkerExecutor("kvasir-http-probe", PROBE_THREADS);
    router = probed().router(STARTING);
    server =
        await(
            vertx
                .createHttpServer(options(settings))
                .requestHandler(this::handle)
                .invalidRequestHandler(InvalidRequests::answer)
                .listen());
  }

  /**
   * Starts to listen.
   *
   * @throws ListenException if it cannot, or must not because other machines would get in without a
   *     key
   */
  public static Server open(ServerSettings settings, ServerParts parts) {
    refuseOpenDoors(settings, parts);
    settings.tls().ifPresent(Server::requireReadable);
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    try {
      Server server = new Server(settings, parts, vertx);
      LOG.info("listening on {}", server.url());
      return server;
    } catch (CompletionException e) {
      vertx.close();
      throw listenFailure(settings, e.getCause() == null ? e : e.getCause());
    }
  }

  /** From now on answers these routes, too. */
  public void serve(Consumer<Routes> table) {
    Routes routes = probed();
    table.accept(routes);
    router = routes.router(NOTHING);
    serving = true;
  }

  /** The port that is listened on. */
  public int port() {
    return server.actualPort();
  }

  /** The address with scheme and port. */
  public String url() {
    return url(host());
  }

  /** The same at another address of this machine. */
  public String url(String host) {
    return settings.url(host, port());
  }

  /** The address that is listened on. */
  public String host() {
    return settings.host();
  }

  /** Stops: unready at once, closed when running answers have ended or their time is over. */
  @Override
  public void close() {
    if (!open.getAndSet(false)) {
      return;
    }
    inFlight.drain(settings.timeouts().shutdown());
    inFlight.abort(ABORT);
    await(server.shutdown(0, TimeUnit.MILLISECONDS).otherwiseEmpty());
    await(vertx.close());
  }

  private void handle(HttpServerRequest request) {
    router.handle(request);
  }

  private Routes probed() {
    Health health = new Health(this::unready, parts.metrics()::scrape, probes);
    return new Routes(vertx, settings, parts, inFlight)
        .probe("live", "/health/live/?", Set.of(), health::live)
        .probe("ready", "/health/ready/?", Set.of(), health::ready)
        .probe("metrics", "/metrics/?", OPERATORS, health::metrics);
  }

  private Optional<String> unready() {
    if (inFlight.isDraining()) {
      return Optional.of("the process is shutting down");
    }
    return serving ? parts.unready().get() : Optional.of("the process is starting");
  }

  private static HttpServerOptions options(ServerSettings settings) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(settings.host())
            .setPort(settings.port())
            .setMaxHeaderSize(settings.headerBytes())
            .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
            .setHttp2ClearTextEnabled(false)
            .setIdleTimeout((int) settings.timeouts().idle().toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
    settings
        .tls()
        .ifPresent(tls ->
            options
                .setSsl(true)
                .setUseAlpn(false)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .addCertPath(tls.certificate().toAbsolutePath().toString())
                        .addKeyPath(tls.key().toAbsolutePath().toString())));
    return options;
  }

  private static void refuseOpenDoors(ServerSettings settings, ServerParts parts) {
    if (parts.access().guards(parts.role())) {
      return;
    }
    if (!isLoopback(settings.host())) {
      throw new ListenException(
          "%s can be reached from other machines, and there are no keys: set %s, or listen on 127.0.0.1"
              .formatted(
                  settings.host(),
                  parts.role() == Role.CLUSTER
                      ? "security.cluster_secret"
                      : "security.keys_file (kvasir keys create makes one)"));
    }
    LOG.info("there are no keys: every program on this machine may call {}", settings.host());
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new ListenException("cannot listen on %s: there is no such address".formatted(host), e);
    }
  }

  private static void requireReadable(Tls tls) {
    requireReadable("certificate", tls.certificate());
    requireReadable("key", tls.key());
  }

  private static void requireReadable(String what, Path file) {
    try {
      if (!Files.readString(file).contains("-----BEGIN ")) {
        throw new ListenException(
            "the TLS %s %s is no PEM file: convert it, as with openssl".formatted(what, file));
      }
    } catch (IOException e) {
      throw new ListenException(
          "the TLS %s %s cannot be read: check path and rights".formatted(what, file), e);
    }
  }

  private static ListenException listenFailure(ServerSettings settings, Throwable cause) {
    if (cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use")) {
      return new ListenException(
          "port %d on %s is in use: choose another one or stop the program that has it"
              .formatted(settings.port(), settings.host()),
          cause);
    }
    return new ListenException(
        "cannot listen on %s:%d: %s"
            .formatted(settings.host(), settings.port(), cause.getMessage()),
        cause);
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
