package dev.kvasir.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A server that remembers the JSON it got and answers what the test says. */
public final class FakeServer implements AutoCloseable {
  public final List<JsonNode> requests = new CopyOnWriteArrayList<>();

  private final HttpServer server;

  /** The answer's status and text for a request. */
  public record Reply(int status, String text) {}

  public FakeServer(Function<JsonNode, Reply> answers) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", exchange -> answer(exchange, answers));
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The events of a streamed answer with its usage. */
  public static String events(String text, int prompt, int computed, int cached) {
    return """
    data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":null}

    data: {"choices":[{"index":0,"delta":{"content":"%s"}}],"usage":null}

    data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

    data: {"choices":[],"usage":{"prompt_tokens":%d,"prompt_tokens_details":{"cached_tokens":%d}},"block_cache":{"computed_tokens":%d}}

    data: [DONE]

    """
        .formatted(text, prompt, cached, computed);
  }

  private void answer(HttpExchange exchange, Function<JsonNode, Reply> answers) throws IOException {
    try (exchange) {
      JsonNode request = parse(exchange);
      requests.add(request);
      Reply reply = answers.apply(request);
      byte[] bytes = reply.text().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static JsonNode parse(HttpExchange exchange) throws IOException {
    try {
      return new ObjectMapper().readTree(exchange.getRequestBody());
    } catch (JsonProcessingException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
