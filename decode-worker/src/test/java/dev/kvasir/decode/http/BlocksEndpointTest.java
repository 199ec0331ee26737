package dev.kvasir.decode.http;

import static dev.kvasir.decode.http.TestApi.json;
import static dev.kvasir.decode.http.TestApi.q;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlocksEndpointTest {
  private static final String ENCODE = "/v1/blocks:encode";
  private static final String LOOKUP = "/v1/blocks:lookup";
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
  void encode_passages_describesAndStoresTheirBlocks() {
    JsonNode answer =
        ok(ENCODE, "{'documents':[{'id':'a','title':'T','text':'One.'},{'text':'Two.'}]}");
    CacheableBlock first = block("One.", Optional.of("T"), PrefixMode.SINK, Optional.empty());
    assertThat(answer.path("object").asText()).isEqualTo("list");
    assertThat(answer.path("data")).hasSize(2);
    JsonNode entry = answer.at("/data/0");
    assertThat(entry.path("hash").asText()).isEqualTo(first.key().hex());
    assertThat(entry.path("id").asText()).isEqualTo("a");
    assertThat(entry.path("title").asText()).isEqualTo("T");
    assertThat(entry.path("tokens").asInt()).isEqualTo(first.tokens().size());
    assertThat(entry.path("bytes").asLong()).isEqualTo(FakeEncoder.bytes(first).sizeBytes());
    assertThat(entry.has("chunks")).isFalse();
    assertThat(answer.at("/data/1/id").isNull()).isTrue();
    assertThat(api.store.contains(List.of(first.key())).join()).containsExactly(first.key());
  }

  @Test
  void encode_returnBytes_returnsTheCanonicalRecords() {
    JsonNode entry =
        ok(ENCODE, "{'passages':['One.'],'prefix':'system','system':'Be brief','return':'bytes'}")
            .at("/data/0");
    EncodedBlock expected =
        FakeEncoder.bytes(
            block("One.", Optional.empty(), PrefixMode.SYSTEM, Optional.of("Be brief")));
    assertThat(base64(entry.path("header"))).isEqualTo(expected.header());
    assertThat(entry.path("chunks")).hasSize(2);
    assertThat(base64(entry.at("/chunks/1"))).isEqualTo(expected.chunks().get(1));
  }

  @Test
  void encode_percentEncodedPath_works() {
    assertThat(api.post("/v1/blocks%3Aencode", q("{'passages':['One.']}")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void encode_encoderFails_isUnavailable() {
    api.encoder.behaviour =
        block -> CompletableFuture.failedFuture(new IllegalStateException("secret detail"));
    HttpResponse<String> response = api.post(ENCODE, q("{'passages':['One.','Two.']}"));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).contains("encoder_unavailable").doesNotContain("secret");
  }

  @Test
  void encode_encoderIsFull_isOverloaded() {
    api.encoder.behaviour =
        block -> CompletableFuture.failedFuture(new OverloadedException("9 blocks wait"));
    assertThat(api.post(ENCODE, q("{'passages':['One.']}")).statusCode()).isEqualTo(429);
  }

  @Test
  void lookup_passagesAndHashes_saysWhatIsStored() {
    ok(ENCODE, "{'passages':['One.']}");
    JsonNode byText = ok(LOOKUP, "{'passages':['One.',{'id':'b','text':'Two.'}]}");
    assertThat(byText.path("data").findValuesAsText("stored")).containsExactly("true", "false");
    assertThat(byText.at("/data/1/id").asText()).isEqualTo("b");
    assertThat(byText.at("/data/0/tokens").asInt()).isPositive();

    String hash = byText.at("/data/0/hash").asText();
    JsonNode byHash =
        ok(
            LOOKUP,
            "{'hashes':['%s','%s']}".formatted(hash.toUpperCase(Locale.ROOT), "0".repeat(64)));
    assertThat(byHash.path("data").findValuesAsText("hash")).containsExactly(hash, "0".repeat(64));
    assertThat(byHash.path("data").findValuesAsText("stored")).containsExactly("true", "false");
  }

  @Test
  void lookup_hashWithReturnBytes_returnsTheStoredRecords() {
    String hash = ok(ENCODE, "{'passages':['One.']}").at("/data/0/hash").asText();
    CacheableBlock block = block("One.", Optional.empty(), PrefixMode.SINK, Optional.empty());
    JsonNode entry = ok(LOOKUP, "{'hashes':['" + hash + "'],'return':'bytes'}").at("/data/0");
    assertThat(entry.path("stored").asBoolean()).isTrue();
    assertThat(base64(entry.path("header"))).isEqualTo(FakeEncoder.bytes(block).header());
    assertThat(entry.path("chunks")).hasSize(2);
    JsonNode missing =
        ok(LOOKUP, "{'hashes':['" + "0".repeat(64) + "'],'return':'bytes'}").at("/data/0");
    assertThat(missing.path("stored").asBoolean()).isFalse();
    assertThat(missing.has("header")).isFalse();
  }

  @Test
  void lookup_otherPrefix_isAnotherBlock() {
    ok(ENCODE, "{'passages':['One.']}");
    assertThat(ok(LOOKUP, "{'passages':['One.'],'prefix':'none'}").at("/data/0/stored").asBoolean())
        .isFalse();
  }

  @Test
  void lookup_storeFails_isUnavailable() {
    try (TestApi broken = new TestApi(TestApi.settings(4), new BrokenStore())) {
      HttpResponse<String> response = broken.post(LOOKUP, q("{'passages':['One.']}"));
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body()).contains("store_unavailable");
      assertThat(broken.post(LOOKUP, "{\"hashes\":[\"" + "0".repeat(64) + "\"]}").statusCode())
          .isEqualTo(503);
    }
  }

  private static CacheableBlock block(
      String text, Optional<String> title, PrefixMode prefix, Optional<String> system) {
    return TestApi.LAYOUT.passage(new Passage(Optional.empty(), title, text), prefix, system);
  }

  private static byte[] base64(JsonNode node) {
    return Base64.getDecoder().decode(node.asText());
  }

  private JsonNode ok(String path, String body) {
    HttpResponse<String> response = api.post(path, q(body));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json(response.body());
  }
}
