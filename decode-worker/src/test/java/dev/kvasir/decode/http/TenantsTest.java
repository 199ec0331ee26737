package dev.kvasir.decode.http;

import static dev.kvasir.decode.http.TestApi.json;
import static dev.kvasir.decode.http.TestApi.q;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.block.BlockKey;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.http.access.Access;
import dev.kvasir.http.access.KeyFile;
import dev.kvasir.http.access.KeyRing;
import dev.kvasir.http.access.Role;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one tenant's requests ask the store for is never another tenant's. */
class TenantsTest {
  private static final String PASSAGES =
      q("{'passages':[{'id':'a','text':'One.'},{'id':'b','text':'Two.'}]}");
  private static final String CHAT =
      q("{'documents':[{'text':'One.'}],'messages':[{'role':'user','content':'Who?'}]}");

  @TempDir private Path folder;
  private WatchedStore store;
  private TestApi api;
  private String acme;
  private String rival;
  private String operator;

  @BeforeEach
  void start() {
    Path path = folder.resolve("keys.jsonl");
    KeyFile keys = new KeyFile(path);
    acme = keys.create("acme-app", "acme", Set.of(Role.DATA)).text();
    rival = keys.create("rival-app", "rival", Set.of(Role.DATA)).text();
    operator = keys.create("operator", "ops", Set.of(Role.DATA, Role.ADMIN)).text();
    store = new WatchedStore();
    api =
        new TestApi(
            TestApi.settings(8),
            store,
            Access.of(Optional.of(new KeyRing(path)), Optional.empty(), "default"));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void requests_ofAnotherTenant_neverReachTheStoreWithAForeignKey() {
    Set<BlockKey> owned = keys(post(acme, "/v1/blocks:encode", PASSAGES));
    assertThat(owned).hasSize(2);
    assertThat(stored(post(acme, "/v1/blocks:lookup", PASSAGES))).containsExactly(true, true);
    assertThat(store.asked).containsAll(owned);

    store.asked.clear();
    HttpResponse<String> lookup = post(rival, "/v1/blocks:lookup", PASSAGES);
    assertThat(stored(lookup)).containsExactly(false, false);
    assertThat(keys(post(rival, "/v1/blocks:encode", PASSAGES))).doesNotContainAnyElementsOf(owned);
    assertThat(post(rival, "/v1/chat/completions", CHAT).statusCode()).isEqualTo(200);
    Set<BlockKey> generated =
        api.generator.requests.remove().prompt().blocks().stream()
            .map(CacheableBlock::key)
            .collect(Collectors.toSet());
    assertThat(generated).doesNotContainAnyElementsOf(owned);
    assertThat(store.asked).isNotEmpty().doesNotContainAnyElementsOf(owned);
  }

  @Test
  void lookup_byHash_isForOperatorsBecauseHashesHaveNoTenant() {
    Set<BlockKey> owned = keys(post(acme, "/v1/blocks:encode", PASSAGES));
    store.asked.clear();
    String hashes = q("{'hashes':['%s']}".formatted(owned.iterator().next().hex()));
    HttpResponse<String> refused = post(rival, "/v1/blocks:lookup", hashes);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("insufficient_role", "look up passages");
    assertThat(store.asked).isEmpty();
    assertThat(stored(post(operator, "/v1/blocks:lookup", hashes))).containsExactly(true);
  }

  @Test
  void body_thatNamesATenantOrScope_isRefused() {
    for (String field : List.of("tenant", "scope")) {
      HttpResponse<String> answer =
          post(rival, "/v1/blocks:lookup", PASSAGES.replace("]}", "],\"" + field + "\":\"acme\"}"));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("unknown field: " + field);
    }
  }

  private HttpResponse<String> post(String key, String path, String body) {
    return api.send(
        HttpRequest.newBuilder(URI.create(api.url(path)))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + key)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  private static Set<BlockKey> keys(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Set<BlockKey> keys = new HashSet<>();
    for (JsonNode block : json(answer.body()).path("data")) {
      keys.add(BlockKey.parse(block.path("hash").asText()));
    }
    return keys;
  }

  private static List<Boolean> stored(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer.body()).path("data").findValues("stored").stream()
        .map(JsonNode::asBoolean)
        .toList();
  }
}
