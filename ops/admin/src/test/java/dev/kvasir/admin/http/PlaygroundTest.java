package dev.kvasir.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.kvasir.store.grid.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the playground asks a worker, and what becomes of its answer. */
@Timeout(60)
class PlaygroundTest {
  private static final String QUESTION =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"Who?\"}], \"stream\": true}";
  private static final String STREAM = "data: {\"choices\": []}\n\ndata: [DONE]\n\n";

  @TempDir private Path corpora;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable TestAdmin open;

  private TestAdmin admin() {
    return Objects.requireNonNull(open);
  }

  @BeforeEach
  void start() {
    open = new TestAdmin(corpora);
    admin().grid.join(new Member("metered", Map.of("kvasir.kind", "cache-node")));
  }

  @AfterEach
  void close() {
    admin().close();
    http.close();
  }

  @Test
  void question_isStreamedBackFromAWorkerWithTheCallersKey() throws Exception {
    HttpServer worker = worker(200, "text/event-stream; charset=utf-8", STREAM);
    HttpResponse<String> answer = ask(QUESTION);
    worker.stop(0);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
    assertThat(answer.body()).isEqualTo(STREAM);
    assertThat(asked).containsExactly("POST /v1/chat/completions Bearer mine " + QUESTION);
  }

  @Test
  void refusal_ofTheWorkerIsPassedOn() throws Exception {
    HttpServer worker =
        worker(403, "application/json", "{\"error\": {\"message\": \"needs the role data\"}}");
    HttpResponse<String> answer = ask(QUESTION);
    worker.stop(0);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("needs the role data");
  }

  @Test
  void noWorkerOrASilentOne_isToldInASentence() throws Exception {
    HttpResponse<String> nobody = ask(QUESTION);
    assertThat(nobody.statusCode()).isEqualTo(503);
    assertThat(nobody.body()).contains("no decode worker is in the grid: start one");
    worker(200, "application/json", "{}").stop(0);
    HttpResponse<String> silent = ask(QUESTION);
    assertThat(silent.statusCode()).isEqualTo(503);
    assertThat(silent.body()).contains("the decode worker does not answer");
  }

  private HttpServer worker(int status, String type, String body) throws IOException {
    HttpServer worker =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    worker.createContext(
        "/",
        exchange -> {
          String sent =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          asked.add(
              "%s %s %s %s"
                  .formatted(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI(),
                      exchange.getRequestHeaders().getFirst("Authorization"),
                      sent));
          exchange.getResponseHeaders().set("Content-Type", type);
          exchange.sendResponseHeaders(status, 0);
          exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    worker.start();
    String url = "http://127.0.0.1:" + worker.getAddress().getPort();
    admin()
        .grid
        .join(new Member("worker", Map.of("kvasir.kind", "decode-worker", "kvasir.http.url", url)));
    return worker;
  }

  private HttpResponse<String> ask(String body) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(admin().server.url() + "/admin/v1/playground"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer mine")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
