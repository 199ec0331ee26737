package dev.kvasir.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Talks to an admin process. Thread-safe. Every failure is a {@link UserError}. */
public final class AdminClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofMinutes(10);
  private static final int REFUSED = 400;

  private final URI base;
  private final Optional<String> key;
  private final HttpClient http;

  /**
   * A client of one process.
   *
   * @param base such as {@code http://127.0.0.1:8090}
   * @param key with the role admin, where the process wants one
   * @param tls whom to believe if the process speaks TLS; none: those that Java believes
   */
  public AdminClient(URI base, Optional<String> key, Optional<SSLContext> tls) {
    this.base = base;
    this.key = key;
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    tls.ifPresent(builder::sslContext);
    http = builder.build();
  }

  /** Reads a resource, such as {@code /nodes}. */
  public JsonNode get(String path) {
    return call("GET", path, HttpRequest.BodyPublishers.noBody());
  }

  public JsonNode post(String path, ObjectNode body) {
    return call("POST", path, HttpRequest.BodyPublishers.ofString(body.toString()));
  }

  public JsonNode delete(String path) {
    return call("DELETE", path, HttpRequest.BodyPublishers.noBody());
  }

  private JsonNode call(String method, String path, HttpRequest.BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve("/admin/v1" + path))
            .timeout(ANSWER)
            .header("Content-Type", "application/json")
            .method(method, body);
    key.ifPresent(word -> request.header("Authorization", "Bearer " + word));
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      JsonNode json = Json.read(answer.body());
      if (answer.statusCode() >= REFUSED) {
        throw new UserError(
            "%s answered %d: %s"
                .formatted(
                    base,
                    answer.statusCode(),
                    json.at("/error/message").asText("no reason given")));
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new UserError(base + " does not answer like an admin process: check --url", e);
    } catch (ConnectException e) {
      throw new UserError(
          "no admin process answers at %s: start one with kvasir admin".formatted(base), e);
    } catch (IOException e) {
      throw new UserError("talking to %s failed: %s".formatted(base, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted while waiting for " + base, e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
