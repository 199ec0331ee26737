package dev.kvasir.cli.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.cli.api.Json;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** One tenant's calls about blocks, each with its time. Not thread-safe. */
final class BlocksClient {
  private static final int OK = 200;
  private static final double NANOS_PER_MILLI = 1e6;

  private final HttpClient http;
  private final URI base;
  private final String key;

  BlocksClient(HttpClient http, URI base, String key) {
    this.http = http;
    this.base = base;
    this.key = key;
  }

  /**
   * What came back, and how long it took.
   *
   * @param stored whether the first passage is stored; only a lookup says so
   */
  record Timed(boolean stored, double millis) {}

  Timed lookup(String passage) {
    return call("/v1/blocks:lookup", List.of(passage));
  }

  Timed encode(List<String> passages) {
    return call("/v1/blocks:encode", passages);
  }

  private Timed call(String path, List<String> passages) {
    ObjectNode body = Json.object();
    passages.forEach(body.putArray("passages")::add);
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + key)
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    try {
      long sent = System.nanoTime();
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      double millis = (System.nanoTime() - sent) / NANOS_PER_MILLI;
      if (answer.statusCode() != OK) {
        throw new UserError(
            "%s answered %d: %s".formatted(path, answer.statusCode(), answer.body()));
      }
      JsonNode first = Json.read(answer.body()).at("/data/0");
      return new Timed(first.path("stored").asBoolean(), millis);
    } catch (IOException e) {
      throw new UserError("the server under test does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted", e);
    }
  }
}
