package dev.kvasir.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.cli.console.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Talks to a server. Thread-safe. Every failure is a {@link UserError}. */
public final class ApiClient implements AutoCloseable {
  private static final int OK = 200;
  private static final int TOO_MANY = 429;

  private final URI base;
  private final Optional<String> key;
  private final HttpClient http;

  /**
   * A client of one server that wants no key.
   *
   * @param base such as {@code http://127.0.0.1:8080}
   */
  public ApiClient(URI base) {
    this(base, Optional.empty(), Optional.empty());
  }

  /**
   * A client of one server.
   *
   * @param key shown with every request
   * @param tls whom to believe if the server speaks TLS; none: those that Java believes
   */
  public ApiClient(URI base, Optional<String> key, Optional<SSLContext> tls) {
    this.base = base;
    this.key = key;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5));
    tls.ifPresent(builder::sslContext);
    http = builder.build();
  }

  /** Asks a question over documents, greedily, and reads the streamed answer. */
  public Answer ask(String question, List<Document> documents, String mode, int maxTokens) {
    ObjectNode body = Json.object();
    body.putArray("messages").addObject().put("role", "user").put("content", question);
    putDocuments(body.putArray("documents"), documents);
    body.putObject("block_attention").put("mode", mode);
    body.put("temperature", 0).put("max_tokens", maxTokens).put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    HttpRequest request = post("/v1/chat/completions", body);
    ChatStream stream = new ChatStream(System.nanoTime());
    try (InputStream in = checked(sent(request));
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return stream.read(lines);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /**
   * Sends a body of {@code /v1/chat/completions} that wants no stream.
   *
   * @return the answer; empty if the server is too busy to take it
   */
  public Optional<JsonNode> chat(ObjectNode body) {
    try {
      HttpResponse<InputStream> response = sent(post("/v1/chat/completions", body));
      if (response.statusCode() == TOO_MANY) {
        response.body().close();
        return Optional.empty();
      }
      try (InputStream in = checked(response)) {
        return Optional.of(read(in));
      }
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /**
   * A passage's block in its canonical bytes, encoded by the server if it has none.
   *
   * @param prefix what the passage is encoded behind: {@code sink} or {@code none}
   */
  public EncodedBlock encode(Document document, String prefix) {
    ObjectNode body = Json.object().put("prefix", prefix).put("return", "bytes");
    putDocuments(body.putArray("documents"), List.of(document));
    return block(call("/v1/blocks:encode", body));
  }

  /**
   * A stored block in its canonical bytes.
   *
   * @throws UserError if the server's grid has no such block
   */
  public EncodedBlock stored(BlockKey key) {
    ObjectNode body = Json.object().put("return", "bytes");
    body.putArray("hashes").add(key.hex());
    return block(call("/v1/blocks:lookup", body));
  }

  /** The model objects of the server. */
  public JsonNode models() {
    return call(request("/v1/models").build()).path("data");
  }

  private EncodedBlock block(JsonNode answer) {
    JsonNode block = answer.at("/data/0");
    if (!block.has("chunks")) {
      throw new UserError(
          "%s has no block %s: ask a question about its passage first, or export by --text"
              .formatted(base, block.path("hash").asText("of that name")));
    }
    try {
      List<byte[]> chunks = new ArrayList<>();
      for (JsonNode chunk : block.path("chunks")) {
        chunks.add(chunk.binaryValue());
      }
      BlockKey key = BlockKey.parse(block.path("hash").asText());
      return new EncodedBlock(key, block.path("header").binaryValue(), chunks);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserError(base + " does not answer like a Kvasir server: check --url", e);
    }
  }

  private JsonNode call(String path, ObjectNode body) {
    return call(post(path, body));
  }

  private JsonNode call(HttpRequest request) {
    try (InputStream in = checked(sent(request))) {
      return read(in);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private JsonNode read(InputStream in) throws IOException {
    try {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new UserError(base + " does not answer like a Kvasir server: check --url", e);
    }
  }

  static void putDocuments(ArrayNode array, List<Document> documents) {
    for (Document document : documents) {
      array
          .addObject()
          .put("id", document.id())
          .put("title", document.title())
          .put("text", document.text());
    }
  }

  private HttpRequest post(String path, ObjectNode body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
    key.ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
    return request;
  }

  private InputStream checked(HttpResponse<InputStream> response) throws IOException {
    if (response.statusCode() != OK) {
      throw refused(response);
    }
    return response.body();
  }

  private HttpResponse<InputStream> sent(HttpRequest request) throws IOException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted while waiting for " + base, e);
    }
  }

  private UserError refused(HttpResponse<InputStream> response) throws IOException {
    try (InputStream in = response.body()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new UserError(
          "%s answered %d: %s".formatted(base, response.statusCode(), message(text)));
    }
  }

  private static String message(String body) {
    try {
      return Json.read(body).at("/error/message").asText("no reason given");
    } catch (JsonProcessingException e) {
      return "no reason given";
    }
  }

  private UserError unreachable(IOException problem) {
    return problem instanceof ConnectException
        ? new UserError("no server answers at %s: start one with ./kvasir serve".formatted(base))
        : new UserError("talking to %s failed: %s".formatted(base, problem.getMessage()), problem);
  }

  @Override
  public void close() {
    http.close();
  }
}
