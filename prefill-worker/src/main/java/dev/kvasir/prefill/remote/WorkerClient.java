package dev.kvasir.prefill.remote;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.AheadEncoder.Outcome;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.http.client.WholeAnswers;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Asks prefill workers over HTTP. Owns its connections. Thread-safe; never blocks. */
public final class WorkerClient implements AutoCloseable {
  private static final int OK = 200;
  private static final int TOO_MANY = 429;

  /** Work that nobody waits for may wait for long behind all other. */
  private static final int AHEAD_PATIENCE = 20;

  private final Duration deadline;
  private final Optional<String> secret;
  private final HttpClient http;
  private final TextMapPropagator propagator;
  private final Tracer tracer;

  /**
   * How this process and its workers know each other.
   *
   * @param secret what the workers want to see
   * @param tls whom to believe where a worker listens with TLS; none: what the JVM believes
   */
  public record Trust(Optional<String> secret, Optional<SSLContext> tls) {
    /** Workers that let everybody in. */
    public static Trust none() {
      return new Trust(Optional.empty(), Optional.empty());
    }

    @Override
    public String toString() {
      return "Trust[secret=%s]".formatted(secret.map(_ -> "****"));
    }
  }

  /**
   * A client of any number of workers.
   *
   * @param connect how long a worker may take to accept a connection
   * @param deadline how long it may take to encode one block, its queue included; one that is
   *     encoded ahead may take twenty times as long
   * @param trust how it and the workers know each other
   * @param traces takes its calls; workers go on with the trace that is current
   */
  public WorkerClient(Duration connect, Duration deadline, Trust trust, OpenTelemetry traces) {
    this.deadline = deadline;
    propagator = traces.getPropagators().getTextMapPropagator();
    tracer = traces.getTracer("dev.kvasir.prefill");
    secret = trust.secret();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(connect)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    trust.tls().ifPresent(builder::sslContext);
    http = builder.build();
  }

  /**
   * The canonical bytes of the block as the worker at {@code base} encodes or finds it. Completes
   * exceptionally with {@link OverloadedException} if it is busy, {@link IOException} if it cannot
   * be reached or ends meanwhile, {@link IllegalStateException} if it refuses.
   */
  public CompletableFuture<EncodedBlock> encode(URI base, CacheableBlock block) {
    return post(base, "encode", deadline, block).thenCompose(body -> parsed(block, body));
  }

  /**
   * Has the worker at {@code base} encode and store the block, behind all that somebody waits for.
   * Completes exceptionally as {@link #encode} does.
   */
  public CompletableFuture<Outcome> encodeAhead(URI base, CacheableBlock block) {
    return post(base, "encode-ahead", deadline.multipliedBy(AHEAD_PATIENCE), block)
        .thenCompose(WorkerClient::outcome);
  }

  private CompletableFuture<byte[]> post(
      URI base, String work, Duration patience, CacheableBlock block) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve("/internal/v1/" + work))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(EncodeCall.of(block)));
    secret.ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
    Span span = begin(work, base);
    propagator.inject(Context.current().with(span), request, WorkerClient::put);
    return WholeAnswers.ask(
            http, request.build(), HttpResponse.BodyHandlers.ofByteArray(), patience)
        .thenCompose(answer -> body(base, answer))
        .whenComplete((_, failure) -> end(span, failure));
  }

  private Span begin(String work, URI base) {
    return tracer
        .spanBuilder("POST " + work)
        .setSpanKind(SpanKind.CLIENT)
        .setAttribute("http.request.method", "POST")
        .setAttribute("server.address", base.getHost())
        .setAttribute("server.port", base.getPort())
        .startSpan();
  }

  private static void put(HttpRequest.@Nullable Builder request, String name, String value) {
    if (request != null) {
      request.setHeader(name, value);
    }
  }

  private static void end(Span span, @Nullable Throwable failure) {
    if (failure != null) {
      span.setStatus(StatusCode.ERROR, failure.toString());
    }
    span.end();
  }

  private static CompletableFuture<byte[]> body(URI base, HttpResponse<byte[]> answer) {
    String text = "worker " + base + ": " + answer.statusCode();
    return switch (answer.statusCode()) {
      case OK -> CompletableFuture.completedFuture(answer.body());
      case TOO_MANY -> CompletableFuture.failedFuture(new OverloadedException(text));
      default ->
          CompletableFuture.failedFuture(
              new IllegalStateException(
                  text + " " + new String(answer.body(), StandardCharsets.UTF_8)));
    };
  }

  private static CompletableFuture<Outcome> outcome(byte[] body) {
    String name = new String(body, StandardCharsets.US_ASCII);
    return Arrays.stream(Outcome.values())
        .filter(outcome -> outcome.name().equals(name))
        .findFirst()
        .map(CompletableFuture::completedFuture)
        .orElseGet(() ->
            CompletableFuture.failedFuture(new IOException("not an outcome: \"" + name + "\"")));
  }

  private static CompletableFuture<EncodedBlock> parsed(CacheableBlock block, byte[] body) {
    try {
      return CompletableFuture.completedFuture(BlockFrames.parse(block.key(), body));
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(new IOException(e.getMessage(), e));
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
