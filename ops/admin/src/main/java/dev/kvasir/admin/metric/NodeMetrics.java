package dev.kvasir.admin.metric;

import dev.kvasir.http.client.WholeAnswers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** Asks processes for their metrics. Owns its connections. Thread-safe. */
public final class NodeMetrics implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int OK = 200;

  private final Optional<String> secret;
  private final HttpClient http;

  /**
   * A client of processes.
   *
   * @param secret what processes of the cluster show each other
   * @param tls whom it believes; empty: those that Java knows
   */
  public NodeMetrics(Optional<String> secret, Optional<SSLContext> tls) {
    this.secret = secret;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    tls.ifPresent(builder::sslContext);
    http = builder.build();
  }

  /**
   * What each of these processes counts; who does not answer in two seconds is left out. Blocks.
   *
   * @param processes id to where it listens
   */
  public Map<String, List<Sample>> of(Map<String, URI> processes) {
    Map<String, CompletableFuture<Optional<List<Sample>>>> asked = new HashMap<>();
    processes.forEach((id, base) ->
        asked.put(
            id,
            ask(base)
                .<Optional<List<Sample>>>thenApply(Optional::of)
                .exceptionally(_ -> Optional.empty())));
    Map<String, List<Sample>> answers = new HashMap<>();
    asked.forEach((id, answer) -> answer.join().ifPresent(samples -> answers.put(id, samples)));
    return answers;
  }

  private CompletableFuture<List<Sample>> ask(URI base) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/metrics")).GET();
    secret.ifPresent(word -> request.header("Authorization", "Bearer " + word));
    return WholeAnswers.ask(http, request.build(), HttpResponse.BodyHandlers.ofString(), PATIENCE)
        .thenCompose(answer ->
            answer.statusCode() == OK
                ? CompletableFuture.completedFuture(Sample.parse(answer.body()))
                : CompletableFuture.failedFuture(
                    new IOException(base + " answered " + answer.statusCode())));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
