package dev.kvasir.http.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.http.access.Caller;
import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.Failures;
import dev.kvasir.http.json.ErrorBody;
import io.opentelemetry.context.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the server knows of a request, kept in its routing context. */
public final class Request {
  private static final Logger LOG = LoggerFactory.getLogger(Request.class);
  private static final String KEY = "kvasir.request";
  private static final int INTERNAL = 500;
  private static final int UNAVAILABLE = 503;

  private final String id;
  private final Failures failures;
  private String route = "unknown";
  private Context trace = Context.root();
  private @Nullable Caller caller;

  private Request(String id, Failures failures) {
    this.id = id;
    this.failures = failures;
  }

  static Request begin(RoutingContext ctx, String id, Failures failures) {
    Request request = new Request(id, failures);
    ctx.put(KEY, request);
    return request;
  }

  /** The request of this context. */
  public static Request of(RoutingContext ctx) {
    return Objects.requireNonNull(ctx.<Request>get(KEY), "the context is not one of this server");
  }

  /** The id that the client finds in {@code x-request-id}. */
  public String id() {
    return id;
  }

  /** Name of the route, for metrics and logs. */
  public String route() {
    return route;
  }

  /** The trace that its work belongs to, to be made current where it is done. */
  public Context trace() {
    return trace;
  }

  /** Who sent it; known to every handler of a route that wants a role. */
  public Caller caller() {
    return Objects.requireNonNull(caller, "this route lets everybody in");
  }

  /** The body that was read; empty if there was none. */
  public static byte[] body(RoutingContext ctx) {
    Buffer body = ctx.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }

  void named(String name) {
    route = name;
  }

  void traced(Context context) {
    trace = context;
  }

  void sentBy(Caller sender) {
    caller = sender;
  }

  /** The error of a failure; one that nobody foresaw is logged with the request's id. */
  public ApiError errorOf(Throwable failure) {
    ApiError error = failures.of(failure);
    if (error.status() == INTERNAL) {
      LOG.error("request={} route={} failed", id, route, failure);
    } else if (error.status() == UNAVAILABLE) {
      LOG.warn("request={} route={}: {}", id, route, Failures.cause(failure).toString());
    }
    return error;
  }

  /** The error of a failure as a body, for a stream whose head is sent already. */
  public ObjectNode errorBody(Throwable failure) {
    return ErrorBody.of(errorOf(failure));
  }
}
