package dev.kvasir.decode.http;

import static dev.kvasir.decode.http.TestApi.json;
import static dev.kvasir.decode.http.TestApi.q;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.repair.Repair;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OtherEndpointsTest {
  private TestApi api;

  @BeforeEach
  void start() {
    api = new TestApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void completions_prompt_isTokenisedWithoutTemplate() {
    for (String prompt : List.of("'Once upon'", "['Once upon']")) {
      JsonNode answer = ok("/v1/completions", "{'model':'tiny/model','prompt':" + prompt + "}");
      assertThat(answer.path("object").asText()).isEqualTo("text_completion");
      assertThat(answer.path("id").asText()).startsWith("cmpl-");
      assertThat(answer.at("/choices/0/text").asText()).isEqualTo("Hello there");
      assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
      assertThat(answer.at("/choices/0/logprobs").isNull()).isTrue();
      assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(9);
      GenerationRequest request = api.generator.requests.remove();
      assertThat(request.prompt().finalBlock()).isEqualTo(TestApi.LAYOUT.plain("Once upon"));
      assertThat(request.sampling().maxTokens()).isEqualTo(16);
    }
  }

  @Test
  void blockGenerate_rawBlocks_areThePapersPrompt() {
    JsonNode answer =
        ok("/v1/block-generate", "{'blocks':['sys','one','two','query'],'max_tokens':7}");
    assertThat(answer.path("generated").asText()).isEqualTo("Hello there");
    assertThat(answer.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.at("/block_cache/mode").asText()).isEqualTo("block");
    assertThat(answer.at("/block_cache/prefix").asText()).isEqualTo("none");
    assertThat(answer.at("/block_cache/blocks")).hasSize(3);
    GenerationRequest request = api.generator.requests.remove();
    assertThat(request.prompt())
        .isEqualTo(
            TestApi.LAYOUT.raw(List.of("sys", "one", "two", "query"), 10_000, PrefixMode.NONE));
    assertThat(request.sampling().temperature()).isZero();
    assertThat(request.sampling().maxTokens()).isEqualTo(7);
  }

  @Test
  void blockGenerate_noLocalBlocks_isFullAttention() {
    JsonNode answer =
        ok("/v1/block-generate", "{'blocks':['a','b'],'num_local_attention_blocks':0}");
    assertThat(answer.at("/block_cache/mode").asText()).isEqualTo("full");
    assertThat(answer.at("/block_cache/blocks")).isEmpty();
    assertThat(api.generator.requests.remove().mode()).isEqualTo(AttentionMode.FULL);
  }

  @Test
  void blockGenerate_blockAttention_isThatOfAConversation() {
    assertThat(attention("'block_attention':{'repair':'edge-2'}").repair())
        .isEqualTo(new Repair.Edge(2));
    assertThat(attention("'block_attention':{'ape':{'scale':0.5}}").repair())
        .isEqualTo(new Repair.Ape(0.9, 0.5));
    GenerationRequest partly =
        attention("'block_attention':{'full_after':2,'prefix':'sink','repair':'blend-15'}");
    assertThat(partly.prompt())
        .isEqualTo(TestApi.LAYOUT.raw(List.of("sys", "one", "two", "query"), 2, PrefixMode.SINK));
    assertThat(partly.repair()).isEqualTo(new Repair.Blend(15));
    GenerationRequest full = attention("'block_attention':{'mode':'full'}");
    assertThat(full.mode()).isEqualTo(AttentionMode.FULL);
    assertThat(full.prompt().blocks()).hasSize(3);
    assertThat(attention("'block_attention':{'full_after':0,'repair':'edge-2'}").mode())
        .isEqualTo(AttentionMode.FULL);
    JsonNode answer =
        ok("/v1/block-generate", "{'blocks':['a','b','c'],'block_attention':{'repair':'edge-2'}}");
    assertThat(answer.at("/block_cache/repair").asText()).isEqualTo("edge-2");
    assertThat(answer.at("/block_cache/computed_share").isNumber()).isTrue();
  }

  private GenerationRequest attention(String fields) {
    ok("/v1/block-generate", "{'blocks':['sys','one','two','query']," + fields + "}");
    return api.generator.requests.remove();
  }

  @Test
  void blockGenerate_blocksClosed_areRefusedUnlessAutoIsAskedFor() {
    try (TestApi other = new TestApi()) {
      other.stop("tenant:tests", Optional.empty(), "blocks were stopped for this tenant");
      String raw = "{'blocks':['a','b']%s}";
      HttpResponse<String> refused = other.post("/v1/block-generate", q(raw.formatted("")));
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(json(refused.body()).at("/error/param").asText())
          .isEqualTo("block_attention.mode");
      HttpResponse<String> auto =
          other.post(
              "/v1/block-generate",
              q(raw.formatted(",'block_attention':{'mode':'auto','repair':'edge-2'}")));
      assertThat(json(auto.body()).at("/block_cache/mode").asText()).isEqualTo("full");
      assertThat(json(auto.body()).at("/block_cache/repair").asText()).isEqualTo("none");
    }
  }

  @Test
  void models_list_namesTheServedModel() {
    JsonNode list = json(api.get("/v1/models").body());
    assertThat(list.path("object").asText()).isEqualTo("list");
    assertThat(list.at("/data/0/id").asText()).isEqualTo("tiny/model");
    assertThat(list.at("/data/0/object").asText()).isEqualTo("model");
    assertThat(list.at("/data/0/owned_by").asText()).isEqualTo("kvasir");
    assertThat(list.at("/data/0/max_model_len").asInt()).isEqualTo(TestApi.CONTEXT);
  }

  @Test
  void models_byId_acceptsSlashesPlainOrEncoded() {
    assertThat(json(api.get("/v1/models/tiny/model").body()).path("id").asText())
        .isEqualTo("tiny/model");
    assertThat(json(api.get("/v1/models/tiny%2Fmodel").body()).path("id").asText())
        .isEqualTo("tiny/model");
    HttpResponse<String> other = api.get("/v1/models/gpt-4");
    assertThat(other.statusCode()).isEqualTo(404);
    assertThat(json(other.body()).at("/error/code").asText()).isEqualTo("model_not_found");
  }

  @Test
  void health_readiness_followsTheServices() {
    assertThat(api.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(api.get("/health/ready").body()).isEqualTo("{\"status\":\"ready\"}");
    api.ready.set(false);
    HttpResponse<String> unready = api.get("/health/ready");
    assertThat(unready.statusCode()).isEqualTo(503);
    assertThat(unready.body())
        .isEqualTo("{\"status\":\"not ready\",\"reason\":\"the test says so\"}");
    assertThat(api.get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void metrics_requests_areCountedByRouteMethodAndStatus() {
    ok("/v1/completions", "{'prompt':'a'}");
    api.post("/v1/completions", "{}");
    api.get("/nothing/at/all/1");
    api.get("/nothing/at/all/2");
    HttpResponse<String> response = api.get("/metrics");
    assertThat(response.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    assertThat(response.body())
        .contains(
            "kvasir_http_requests_seconds_count{method=\"POST\",route=\"completions\",status=\"200\"} 1")
        .contains(
            "kvasir_http_requests_seconds_count{method=\"POST\",route=\"completions\",status=\"400\"} 1")
        .contains(
            "kvasir_http_requests_seconds_count{method=\"GET\",route=\"unknown\",status=\"404\"} 2");
  }

  @Test
  void requests_everyAnswer_hasItsOwnId() {
    String first = api.get("/health/live").headers().firstValue("x-request-id").orElseThrow();
    String second = api.get("/nothing").headers().firstValue("x-request-id").orElseThrow();
    assertThat(first).isNotEqualTo(second);
  }

  private JsonNode ok(String path, String body) {
    HttpResponse<String> response = api.post(path, q(body));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response.body());
  }
}
