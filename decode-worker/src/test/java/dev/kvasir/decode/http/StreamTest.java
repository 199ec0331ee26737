package dev.kvasir.decode.http;

import static dev.kvasir.decode.http.TestApi.q;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.decode.Completion.FinishReason;
import dev.kvasir.store.StoreException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY =
      q(
          "{'stream':true,'documents':[{'id':'a','text':'One.'}],"
              + "'messages':[{'role':'user','content':'Who?'}]}");
  private static TestApi api;

  @BeforeAll
  static void start() {
    api = new TestApi();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void reset() {
    api.generator.stages.clear();
    api.generator.script = FakeGenerator.says("Hel", "lo\n\n", "wörld\u2028");
  }

  @Test
  void stream_chat_sendsRoleThenTextThenEndWithBlockCache() {
    HttpResponse<String> response = api.post(CHAT, BODY);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type"))
        .hasValue("text/event-stream; charset=utf-8");
    assertThat(response.headers().firstValue("cache-control")).hasValue("no-cache");

    List<String> events = SseClient.events(response.body());
    assertThat(events).last().isEqualTo("[DONE]");
    List<JsonNode> chunks = SseClient.objects(events);
    assertThat(chunks)
        .extracting(c -> c.path("object").asText())
        .containsOnly("chat.completion.chunk");
    assertThat(chunks)
        .extracting(c -> c.path("id").asText())
        .hasSameElementsAs(List.of(chunks.getFirst().path("id").asText()));
    assertThat(chunks.getFirst().at("/choices/0/delta/role").asText()).isEqualTo("assistant");
    assertThat(text(chunks)).isEqualTo("Hello\n\nwörld\u2028");
    assertThat(chunks).noneMatch(c -> c.has("usage"));
    JsonNode last = chunks.getLast();
    assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(last.at("/block_cache/blocks/1/id").asText()).isEqualTo("a");
    assertThat(chunks.subList(0, chunks.size() - 1))
        .allMatch(c -> c.at("/choices/0/finish_reason").isNull() && !c.has("block_cache"));
  }

  @Test
  void stream_includeUsage_sendsAnEventWithoutChoicesBeforeTheEnd() {
    List<JsonNode> chunks =
        chunks(
            BODY.replace(
                "\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
    JsonNode last = chunks.getLast();
    assertThat(last.path("choices")).isEmpty();
    assertThat(last.at("/usage/completion_tokens").asInt()).isEqualTo(3);
    assertThat(last.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isPositive();
    assertThat(last.at("/block_cache/blocks")).hasSize(2);
    assertThat(chunks.subList(0, chunks.size() - 1))
        .allMatch(c -> c.has("usage") && c.path("usage").isNull() && !c.has("block_cache"));
  }

  @Test
  void stream_completions_sendsTextChunks() {
    HttpResponse<String> response =
        api.post("/v1/completions", q("{'prompt':'Once','stream':true}"));
    List<JsonNode> chunks = SseClient.objects(SseClient.events(response.body()));
    assertThat(chunks).extracting(c -> c.path("object").asText()).containsOnly("text_completion");
    assertThat(
            chunks.stream()
                .map(c -> c.at("/choices/0/text").asText())
                .collect(Collectors.joining()))
        .isEqualTo("Hello\n\nwörld\u2028");
    assertThat(chunks.getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
  }

  @Test
  void stream_failureBeforeThePrompt_isAnOrdinaryError() {
    api.generator.script =
        stage -> {
          throw new StoreException("down");
        };
    HttpResponse<String> response = api.post(CHAT, BODY);
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("retry-after")).hasValue("1");
    assertThat(TestApi.json(response.body()).at("/error/code").asText())
        .isEqualTo("store_unavailable");
  }

  @Test
  void stream_failureAfterTheFirstText_isAnErrorEventAtTheEnd() {
    api.generator.script =
        stage -> {
          stage.prompt();
          stage.text("Hel");
          throw new IllegalStateException("secret detail");
        };
    HttpResponse<String> response = api.post(CHAT, BODY);
    assertThat(response.statusCode()).isEqualTo(200);
    List<String> events = SseClient.events(response.body());
    JsonNode error = TestApi.json(events.getLast()).path("error");
    assertThat(error.path("type").asText()).isEqualTo("server_error");
    assertThat(error.path("code").asText()).isEqualTo("internal_error");
    assertThat(response.body()).doesNotContain("secret detail").doesNotContain("[DONE]");
  }

  @Test
  void stream_clientGoesAway_cancelsTheGeneration() throws Exception {
    api.generator.script =
        stage -> {
          stage.prompt();
          stage.untilCancelled();
        };
    try (SseClient client = new SseClient(api, CHAT, BODY)) {
      client.awaitFirstEvent();
      assertThat(stage().cancelled.getCount()).isEqualTo(1);
    }
    assertThat(stage().cancelled.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whole_clientGoesAway_cancelsTheGeneration() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    api.generator.script =
        stage -> {
          stage.prompt();
          running.countDown();
          stage.untilCancelled();
        };
    try (var _ = new SseClient(api, CHAT, BODY.replace("true", "false"))) {
      assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(stage().cancelled.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void stream_finished_isNotCancelled() {
    chunks(BODY);
    assertThat(stage().cancelled.getCount()).isEqualTo(1);
  }

  @Test
  void stream_slowReader_getsAllTextInFewerEvents() throws Exception {
    String piece = "0123456789".repeat(50);
    int pieces = 20_000;
    CountDownLatch generated = new CountDownLatch(1);
    api.generator.script =
        stage -> {
          stage.prompt();
          for (int i = 0; i < pieces; i++) {
            stage.text(piece);
          }
          stage.finish(FinishReason.STOP);
          generated.countDown();
        };
    try (SseClient client = new SseClient(api, CHAT, BODY)) {
      assertThat(generated.await(60, TimeUnit.SECONDS)).isTrue();
      awaitEventLoops();
      List<String> events = SseClient.events(client.readBody());
      assertThat(events.size()).isLessThan(pieces);
      assertThat(events.getLast()).isEqualTo("[DONE]");
      assertThat(text(SseClient.objects(events)).equals(piece.repeat(pieces))).isTrue();
    }
  }

  @Test
  void stream_generatorCancelledByTheServer_endsWithAnError() {
    api.generator.script =
        stage -> {
          stage.prompt();
          stage.finish(FinishReason.CANCELLED);
        };
    assertThat(api.post(CHAT, BODY).body()).contains("shutting_down").doesNotContain("[DONE]");
    assertThat(api.post(CHAT, BODY.replace("true", "false")).statusCode()).isEqualTo(503);
  }

  /** New connections go to the event loops in turn; each answers after what it was given before. */
  private static void awaitEventLoops() {
    for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api.url("/health/live"))).build();
        client.sendAsync(request, BodyHandlers.discarding()).join();
      }
    }
  }

  private static FakeGenerator.Stage stage() {
    return api.generator.stages.element();
  }

  private static List<JsonNode> chunks(String body) {
    List<String> events = SseClient.events(api.post(CHAT, body).body());
    assertThat(events).last().isEqualTo("[DONE]");
    return SseClient.objects(events);
  }

  private static String text(List<JsonNode> chunks) {
    return chunks.stream()
        .map(c -> c.at("/choices/0/delta/content").asText(""))
        .collect(Collectors.joining());
  }
}
