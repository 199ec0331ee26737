package dev.kvasir.decode.http;

import static dev.kvasir.decode.http.TestApi.q;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.block.ElementType;
import dev.kvasir.decode.BlockPath;
import dev.kvasir.decode.testing.RealRig;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.engine.testing.TestModel;
import dev.kvasir.engine.tokenizer.Tokenizer;
import dev.kvasir.http.access.Access;
import dev.kvasir.http.server.Server;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With SmolLM2 behind the API: streams side by side say what each says alone. */
@Timeout(240)
class ConcurrentStreamsTest {
  private static final int STREAMS = 8;
  private static GgufFile file;
  private static LlamaEngine engine;

  @BeforeAll
  static void open() {
    file = GgufFile.open(TestModel.path());
    engine = LlamaEngine.open(file, new EngineOptions(Backend.VECTOR, 2, ElementType.FLOAT16));
  }

  @AfterAll
  static void close() {
    engine.close();
    file.close();
  }

  @Test
  void stream_eightAtOnce_sameTextsAsOneAfterAnother() {
    List<String> bodies =
        IntStream.range(0, STREAMS).mapToObj(ConcurrentStreamsTest::body).toList();
    List<String> sequential = new ArrayList<>();
    serve((client, url) -> bodies.forEach(body -> sequential.add(start(client, url, body).join())));
    serve((client, url) -> {
      List<CompletableFuture<String>> streams =
          bodies.stream().map(body -> start(client, url, body)).toList();
      assertThat(streams.stream().map(CompletableFuture::join).toList()).isEqualTo(sequential);
    });
    assertThat(sequential).doesNotHaveDuplicates().noneMatch(String::isBlank);
  }

  /** What a test does with a server. */
  private interface Visit {
    void to(HttpClient client, URI url);
  }

  /** Each visit finds a worker whose caches are cold. */
  private static void serve(Visit visit) {
    Tokenizer tokenizer = Tokenizer.from(file);
    PromptLayout layout =
        new PromptLayout(
            tokenizer, engine.model().fingerprint(), engine.elementType(), Scoping.of("tests"));
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (RealRig rig = new RealRig(engine, tokenizer);
        HttpClient client = HttpClient.newHttpClient();
        Server server =
            Server.open(
                TestApi.settings(64).server(),
                Api.parts(Access.open("tests"), metrics, OpenTelemetry.noop(), Optional::empty))) {
      server.serve(
          new Api(
              TestApi.settings(64).api(),
              new ApiServices(
                  rig.decode.generator(),
                  _ -> layout,
                  engine.model(),
                  BlockPath.open(),
                  rig.prefill,
                  rig.store)));
      visit.to(
          client, URI.create("http://127.0.0.1:%d/v1/chat/completions".formatted(server.port())));
    }
  }

  /** Questions of many lengths, greedy and sampled, in both modes. */
  private static String body(int number) {
    String text = "The tower of Kolm was built in %d. ".formatted(1500 + 7 * number);
    return q(
        ("{'stream':true,'max_tokens':%d,'temperature':%s,'seed':%d,'block_attention':{'mode':'%s'},"
                + "'documents':[{'id':'a','text':'%s'}],"
                + "'messages':[{'role':'user','content':'Tell me more about tower %d.'}]}")
            .formatted(
                20 + number,
                number % 2 == 0 ? "0" : "0.8",
                number,
                number % 3 == 0 ? "full" : "block",
                text.repeat(1 + 4 * number),
                number));
  }

  private static CompletableFuture<String> start(HttpClient client, URI url, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .orTimeout(120, TimeUnit.SECONDS)
        .thenApply(ConcurrentStreamsTest::text);
  }

  private static String text(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    List<String> events = SseClient.events(response.body());
    assertThat(events).last().isEqualTo("[DONE]");
    List<JsonNode> chunks = SseClient.objects(events);
    return chunks.stream()
        .map(chunk -> chunk.at("/choices/0/delta/content").asText(""))
        .collect(Collectors.joining());
  }
}
