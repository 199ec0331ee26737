package dev.kvasir.admin.http;

import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.server.Replies;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The console's pages, scripts and styles, out of the class path. They hold no data and need no
 * key; what they show comes from the API, which wants one. Thread-safe.
 */
final class ConsoleFiles implements Handler<RoutingContext> {
  /** Of {@code /} and of every file, which all lie in one folder. */
  static final String PATH = "/(?<file>[A-Za-z0-9.-]+[.](?:html|css|js|json|svg))?";

  /** Nothing from elsewhere, nothing inline, in nobody's frame. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String FOLDER = "/console/";
  private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml");
  private static final int NOT_MODIFIED = 304;
  private static final ApiError MISSING =
      ApiError.invalid(404, "not_found", "the console has no such file: open / instead");

  private final Map<String, Content> contents = new ConcurrentHashMap<>();

  /**
   * A file.
   *
   * @param tag tells whether it is the one that a browser has already
   */
  private record Content(byte[] bytes, String type, String tag) {}

  @Override
  public void handle(RoutingContext ctx) {
    @Nullable String name = ctx.pathParam("file");
    find(name == null ? "index.html" : name)
        .ifPresentOrElse(content -> send(ctx, content), () -> Replies.error(ctx, MISSING));
  }

  private static void send(RoutingContext ctx, Content content) {
    HttpServerResponse response =
        ctx.response()
            .putHeader("Content-Security-Policy", POLICY)
            .putHeader("X-Content-Type-Options", "nosniff")
            .putHeader("Referrer-Policy", "no-referrer")
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
            .putHeader(HttpHeaders.ETAG, content.tag());
    if (content.tag().equals(ctx.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      response.setStatusCode(NOT_MODIFIED).end();
      return;
    }
    Replies.bytes(ctx, 200, content.type(), content.bytes());
  }

  /** Only names that exist are remembered, so that nobody can fill the memory with others. */
  private Optional<Content> find(String name) {
    Optional<Content> known = Optional.ofNullable(contents.get(name));
    if (known.isPresent()) {
      return known;
    }
    Optional<Content> read = read(FOLDER + name, name).or(() -> read(CHARTS + name, name));
    read.ifPresent(content -> contents.put(name, content));
    return read;
  }

  private static Optional<Content> read(String path, String name) {
    try (@Nullable InputStream in = ConsoleFiles.class.getResourceAsStream(path)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] bytes = in.readAllBytes();
      String type =
          TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
      return Optional.of(new Content(bytes, type, tag(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException("the console's file cannot be read: " + path, e);
    }
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(hash, 0, 16) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
