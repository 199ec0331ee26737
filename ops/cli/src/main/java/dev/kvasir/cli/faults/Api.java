package dev.kvasir.cli.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.cli.api.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** Talks to workers that may be dead or frozen: every call has a deadline. Thread-safe. */
final class Api implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int OK = 200;
  private static final int ANSWER_TOKENS = 4;
  private static final Duration LOOKUP = Duration.ofSeconds(5);
  private static final Duration METRICS = Duration.ofSeconds(2);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * An answer.
   *
   * @param sources where its blocks came from, in the order of the prompt
   */
  record Reply(String text, List<String> sources) {}

  /**
   * Asks greedily for a few tokens. Completes exceptionally with {@link
   * java.util.concurrent.TimeoutException} after the deadline, {@link IOException} if the worker
   * cannot be reached, {@link IllegalStateException} if it refuses.
   */
  CompletableFuture<Reply> ask(URI worker, Prompt prompt, Duration deadline) {
    ObjectNode body = MAPPER.createObjectNode();
    body.putArray("messages").addObject().put("role", "user").put("content", prompt.question());
    put(body.putArray("documents"), prompt.documents());
    body.putObject("block_attention").put("mode", "block");
    body.put("temperature", 0).put("max_tokens", ANSWER_TOKENS);
    return post(worker.resolve("/v1/chat/completions"), body, deadline).thenApply(Api::reply);
  }

  private static Reply reply(JsonNode answer) {
    List<String> sources =
        StreamSupport.stream(answer.at("/block_cache/blocks").spliterator(), false)
            .map(block -> block.path("source").asText())
            .toList();
    return new Reply(answer.at("/choices/0/message/content").asText(), sources);
  }

  /** Hashes of those passages that the worker finds stored; nothing if it does not say. */
  Optional<Set<String>> stored(URI worker, List<Document> passages) {
    ObjectNode body = MAPPER.createObjectNode();
    put(body.putArray("documents"), passages);
    try {
      return Optional.of(found(post(worker.resolve("/v1/blocks:lookup"), body, LOOKUP).join()));
    } catch (CompletionException e) {
      return Optional.empty();
    }
  }

  private static Set<String> found(JsonNode answer) {
    Set<String> hashes = new HashSet<>();
    for (JsonNode block : answer.path("data")) {
      if (block.path("stored").asBoolean()) {
        hashes.add(block.path("hash").asText());
      }
    }
    return hashes;
  }

  /** The sum of all series of that name; nothing if the worker does not say. */
  OptionalDouble metric(URI worker, String name) {
    HttpRequest request = HttpRequest.newBuilder(worker.resolve("/metrics")).GET().build();
    try {
      String text = send(request, METRICS).join();
      return OptionalDouble.of(
          text.lines()
              .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
              .sum());
    } catch (CompletionException e) {
      return OptionalDouble.empty();
    }
  }

  private static void put(ArrayNode array, List<Document> documents) {
    for (Document document : documents) {
      array
          .addObject()
          .put("id", document.id())
          .put("title", document.title())
          .put("text", document.text());
    }
  }

  private CompletableFuture<JsonNode> post(URI url, ObjectNode body, Duration deadline) {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    return send(request, deadline).thenApply(Api::read);
  }

  private CompletableFuture<String> send(HttpRequest request, Duration deadline) {
    CompletableFuture<HttpResponse<String>> sent =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    return sent.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS).thenApply(Api::text);
  }

  private static String text(HttpResponse<String> response) {
    if (response.statusCode() != OK) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  private static JsonNode read(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
