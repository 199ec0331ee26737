package dev.kvasir.http.server;

import dev.kvasir.http.access.Role;
import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The table of paths, which are regular expressions, each with a name for metrics and logs. What is
 * not in it is answered with 404 or 405; every failure is an error object. Not thread-safe.
 */
public final class Routes {
  static final ApiError NOT_HTTP =
      ApiError.invalid(400, "bad_request", "the request is not valid HTTP: send a valid one");

  private static final int TOO_LARGE = 413;
  private static final Set<HttpMethod> WITH_BODY = Set.of(HttpMethod.POST, HttpMethod.PUT);

  private final Vertx vertx;
  private final ServerParts parts;
  private final InFlight inFlight;
  private final String listening;
  private final JsonBodyGate gate;
  private final RequestTrace trace;
  private final Map<String, Path> paths = new LinkedHashMap<>();

  Routes(Vertx vertx, ServerSettings settings, ServerParts parts, InFlight inFlight) {
    this.vertx = vertx;
    this.parts = parts;
    this.inFlight = inFlight;
    this.listening = settings.host();
    this.gate = new JsonBodyGate(settings);
    this.trace = new RequestTrace(parts.traces());
  }

  /** A path with what answers it, by method. */
  private record Path(
      String name, boolean probe, Map<HttpMethod, List<Handler<RoutingContext>>> methods) {}

  /** Serves a request with a JSON body. */
  public Routes post(String name, String path, Handler<RoutingContext> handler) {
    return serve(HttpMethod.POST, name, path, handler);
  }

  /** Serves a request with a JSON body. */
  public Routes put(String name, String path, Handler<RoutingContext> handler) {
    return serve(HttpMethod.PUT, name, path, handler);
  }

  /** Serves a request without a body. */
  public Routes delete(String name, String path, Handler<RoutingContext> handler) {
    return serve(HttpMethod.DELETE, name, path, handler);
  }

  /** Serves a question, a request without a body. */
  public Routes get(String name, String path, Handler<RoutingContext> handler) {
    return serve(HttpMethod.GET, name, path, handler);
  }

  /** Serves a question of everybody, without a key: nothing that anybody may not know. */
  public Routes open(String name, String path, Handler<RoutingContext> handler) {
    add(HttpMethod.GET, new Path(name, false, new LinkedHashMap<>()), path, List.of(handler));
    return this;
  }

  /** For executors of the server's own threads, which end with it. */
  public Vertx vertx() {
    return vertx;
  }

  /** Where the process counts. */
  public MeterRegistry metrics() {
    return parts.metrics();
  }

  /** Takes the steps of requests that are traced. */
  public Tracer tracer() {
    return parts.traces().getTracer("dev.kvasir.http");
  }

  /** Serves a question that is answered even while the process starts and stops. */
  Routes probe(String name, String path, Set<Role> roles, Handler<RoutingContext> handler) {
    List<Handler<RoutingContext>> steps = new ArrayList<>();
    if (!roles.isEmpty()) {
      steps.add(admission(roles));
    }
    steps.add(handler);
    add(HttpMethod.GET, new Path(name, true, new LinkedHashMap<>()), path, steps);
    return this;
  }

  private Routes serve(
      HttpMethod method, String name, String path, Handler<RoutingContext> handler) {
    List<Handler<RoutingContext>> steps = new ArrayList<>();
    steps.add(admission(Set.of(parts.role())));
    if (WITH_BODY.contains(method)) {
      steps.addAll(gate.steps());
    }
    steps.add(handler);
    add(method, new Path(name, false, new LinkedHashMap<>()), path, steps);
    return this;
  }

  private void add(
      HttpMethod method, Path fresh, String path, List<Handler<RoutingContext>> steps) {
    Map<HttpMethod, List<Handler<RoutingContext>>> methods =
        paths.computeIfAbsent(path, _ -> fresh).methods();
    methods.put(method, steps);
    if (method.equals(HttpMethod.GET)) {
      methods.put(HttpMethod.HEAD, steps);
    }
  }

  /** The finished table; {@code rest} answers what is not in it. */
  Router router(ApiError rest) {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(new RequestStart(parts.metrics(), parts.failures()))
        .failureHandler(this::failed);
    router.errorHandler(NOT_HTTP.status(), ctx -> Replies.error(ctx, NOT_HTTP));
    paths.forEach((regex, path) -> mount(router, regex, path));
    router.route().handler(ctx -> Replies.error(ctx, rest));
    return router;
  }

  private void mount(Router router, String regex, Path path) {
    router
        .routeWithRegex(regex)
        .handler(ctx -> {
          Request.of(ctx).named(path.name());
          ctx.next();
        });
    path.methods()
        .forEach((method, steps) -> {
          if (!path.probe()) {
            router.routeWithRegex(regex).method(method).handler(trace).handler(this::enter);
          }
          steps.forEach(step -> router.routeWithRegex(regex).method(method).handler(step));
        });
    String allowed =
        String.join(", ", path.methods().keySet().stream().map(HttpMethod::name).toList());
    router
        .routeWithRegex(regex)
        .handler(ctx -> {
          ctx.response().putHeader(HttpHeaders.ALLOW, allowed);
          Replies.error(
              ctx, ApiError.invalid(405, "method_not_allowed", "this path takes only " + allowed));
        });
  }

  private void enter(RoutingContext ctx) {
    HttpConnection connection = ctx.request().connection();
    if (!inFlight.enter(connection)) {
      ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      throw new ApiException(
          ApiError.server(
              503, "shutting_down", "the server is shutting down: ask another one, or again"));
    }
    ctx.addEndHandler(_ -> inFlight.leave(connection));
    ctx.next();
  }

  private Handler<RoutingContext> admission(Set<Role> roles) {
    boolean open = roles.stream().noneMatch(parts.access()::guards);
    return ctx -> {
      if (open) {
        LoopbackHost.require(ctx.request().getHeader(HttpHeaders.HOST), listening);
      }
      String header = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
      Request.of(ctx).sentBy(parts.access().admit(header, roles));
      ctx.next();
    };
  }

  private void failed(RoutingContext ctx) {
    if (ctx.response().closed()) {
      return;
    }
    Throwable failure = ctx.failure();
    if (ctx.statusCode() == TOO_LARGE) {
      Replies.error(ctx, gate.tooLarge());
    } else if (failure == null || JsonBodyGate.isReading(ctx)) {
      Replies.error(ctx, NOT_HTTP);
    } else {
      Replies.error(ctx, Request.of(ctx).errorOf(failure));
    }
  }
}
