package dev.kvasir.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.admin.QuotaKeeper;
import dev.kvasir.admin.http.TestAdmin.Answer;
import dev.kvasir.admin.rest.Endpoints;
import dev.kvasir.block.BlockKey;
import dev.kvasir.store.event.BlockEvents;
import dev.kvasir.store.grid.Topic;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AdminApiTest {
  private static final String NONE = "f".repeat(64);

  @TempDir private Path corpora;

  private @Nullable TestAdmin open;

  private TestAdmin admin() {
    return Objects.requireNonNull(open);
  }

  @BeforeEach
  void start() {
    open = new TestAdmin(corpora);
  }

  @AfterEach
  void close() {
    admin().close();
  }

  @Test
  void everyRoute_isDocumentedAndEveryDocumentedOneExists() {
    Set<String> served = new TreeSet<>(Set.of("GET /admin/v1/events", "POST /admin/v1/playground"));
    Endpoints.of(admin().parts)
        .forEach(endpoint -> served.add(endpoint.method() + " " + endpoint.path()));
    assertThat(served).isEqualTo(new Contract().operations());
    assertThat(admin().get("/openapi.json", "/openapi.json").body().at("/info/title").asText())
        .isEqualTo("Kvasir admin API");
  }

  @Test
  void blocks_filteredAndPaged_giveEachOnce() {
    for (int i = 0; i < 25; i++) {
      admin().store(i, i % 2 == 0 ? "acme" : "other", "doc-" + i % 5);
    }
    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      Answer page = admin().get("/blocks", "/blocks?tenant=acme&limit=4" + cursor);
      page.body().path("data").forEach(block -> seen.add(block.path("hash").asText()));
      String next = page.body().path("next_cursor").asText("");
      cursor = next.equals("null") || next.isEmpty() ? "" : "&cursor=" + next;
    } while (!cursor.isEmpty());
    assertThat(seen).hasSize(13).doesNotHaveDuplicates();
    assertThat(count("/blocks?document=doc-1&collection=letters")).isEqualTo(5);
    assertThat(count("/blocks?tier=disk")).isZero();
    assertThat(count("/blocks?model=feed&scope=tenant:other")).isEqualTo(12);
    assertThat(admin().get("/blocks", "/blocks?tier=tape").status()).isEqualTo(400);
    assertThat(admin().get("/blocks", "/blocks?limit=0").status()).isEqualTo(400);
    assertThat(admin().get("/blocks", "/blocks?colour=red").status()).isEqualTo(400);
    assertThat(admin().get("/blocks", "/blocks?cursor=x").status()).isEqualTo(400);
  }

  private int count(String path) {
    return admin().get("/blocks", path).body().path("data").size();
  }

  @Test
  void block_storedAndPinned_isShownAndDeleted() {
    String hash = admin().store(7, "acme", "doc").hex();
    assertThat(
            admin()
                .post(
                    "/pins",
                    "/pins",
                    "{\"hash\": \"%s\", \"owner\": \"console\", \"ttl_seconds\": 60}"
                        .formatted(hash))
                .status())
        .isEqualTo(201);
    JsonNode block = admin().get("/blocks/{hash}", "/blocks/" + hash).body();
    assertThat(block.path("bytes").asLong()).isEqualTo(100);
    assertThat(block.at("/pins/0/owner").asText()).isEqualTo("console");
    assertThat(block.at("/documents/0/document").asText()).isEqualTo("doc");
    assertThat(
            admin()
                .delete("/pins/{hash}/{owner}", "/pins/" + hash + "/console")
                .body()
                .path("data"))
        .isEmpty();
    assertThat(admin().delete("/pins/{hash}/{owner}", "/pins/" + hash + "/console").status())
        .isEqualTo(404);
    Answer receipt = admin().delete("/blocks/{hash}", "/blocks/" + hash);
    assertThat(receipt.body().at("/memory/count").asLong()).isEqualTo(1);
    assertThat(admin().get("/blocks/{hash}", "/blocks/" + hash).status()).isEqualTo(404);
    assertThat(admin().delete("/blocks/{hash}", "/blocks/" + NONE).status()).isEqualTo(404);
    JsonNode audit = admin().get("/audit", "/audit").body().path("data");
    assertThat(audit).hasSize(3);
    assertThat(audit.get(0).path("target").asText()).isEqualTo("key:" + hash);
  }

  @Test
  void deletion_dryRunThenReal_takeTheSame() {
    admin().store(1, "acme", "one");
    admin().store(2, "acme", "two");
    admin().store(3, "other", "one");
    String body = "{\"selector\": \"document:tenant:acme/one\", \"dry_run\": %b}";
    JsonNode dry = admin().post("/deletions", "/deletions", body.formatted(true)).body();
    JsonNode real = admin().post("/deletions", "/deletions", body.formatted(false)).body();
    assertThat(dry.path("memory")).isEqualTo(real.path("memory"));
    assertThat(real.at("/memory/count").asLong()).isEqualTo(1);
    assertThat(admin().store.stats().blocks()).isEqualTo(2);
    assertThat(admin().post("/deletions", "/deletions", "{\"selector\": \"everything\"}").status())
        .isEqualTo(400);
  }

  @Test
  void warmup_throughTheApi_isPlannedMadePausedAndCancelled() throws IOException {
    Files.writeString(corpora.resolve("c.jsonl"), "{\"text\": \"one\"}\n{\"text\": \"two\"}\n");
    String body = "{\"corpus\": {\"path\": \"c.jsonl\"}, \"tenant\": \"acme\"}";
    assertThat(
            admin().post("/warmups/plan", "/warmups/plan", body).body().path("new_blocks").asInt())
        .isEqualTo(2);
    Answer made = admin().post("/warmups", "/warmups", body);
    assertThat(made.status()).isEqualTo(201);
    String id = made.body().path("id").asText();
    assertThat(turn(id, "pause")).isEqualTo("paused");
    assertThat(turn(id, "resume")).isEqualTo("running");
    assertThat(turn(id, "cancel")).isEqualTo("cancelled");
    assertThat(admin().post("/warmups/{id}/pause", "/warmups/" + id + "/pause", "{}").status())
        .isEqualTo(409);
    assertThat(admin().get("/warmups/{id}", "/warmups/00000000").status()).isEqualTo(404);
    assertThat(admin().get("/warmups", "/warmups").body().path("data")).hasSize(1);
  }

  @Test
  void warmup_passagesInTheBody_arePlannedAndMade() {
    String body =
        "{\"corpus\": {\"passages\": [{\"id\": \"1\", \"text\": \"one\"}, {\"text\": \"two\"}]},"
            + " \"tenant\": \"acme\"}";
    assertThat(
            admin().post("/warmups/plan", "/warmups/plan", body).body().path("new_blocks").asInt())
        .isEqualTo(2);
    JsonNode job = admin().post("/warmups", "/warmups", body).body();
    assertThat(job.path("state").asText()).isEqualTo("running");
    assertThat(job.at("/plan/passages").asInt()).isEqualTo(2);
  }

  @Test
  void warmup_faultyPassagesInTheBody_areRefusedByTheirPlace() {
    for (String corpus :
        List.of(
            "{\"passages\": []}",
            "{\"passages\": [{\"text\": \" \"}]}",
            "{\"passages\": [{\"txt\": \"one\"}]}",
            "{\"passages\": [{\"text\": \"one\"}], \"path\": \"c.jsonl\"}")) {
      Answer answer =
          admin()
              .post(
                  "/warmups",
                  "/warmups",
                  "{\"corpus\": %s, \"tenant\": \"acme\"}".formatted(corpus));
      assertThat(answer.status()).as(corpus).isEqualTo(400);
      assertThat(answer.body().at("/error/param").asText()).as(corpus).startsWith("corpus.");
    }
  }

  private String turn(String id, String verb) {
    return admin()
        .post("/warmups/{id}/" + verb, "/warmups/" + id + "/" + verb, "{}")
        .body()
        .path("state")
        .asText();
  }

  @Test
  void warmup_pathOutsideTheFolder_isRefused() throws IOException {
    Path outside = Files.createTempFile("outside", ".jsonl");
    Files.createSymbolicLink(corpora.resolve("link.jsonl"), outside);
    for (String path : List.of("/etc/hostname", "../x", "link.jsonl", "missing", "a\\u0000b")) {
      Answer answer =
          admin()
              .post(
                  "/warmups",
                  "/warmups",
                  "{\"corpus\": {\"path\": \"%s\"}, \"tenant\": \"acme\"}".formatted(path));
      assertThat(answer.status()).as(path).isEqualTo(400);
      assertThat(answer.body().at("/error/message").asText())
          .isEqualTo("there is nothing at this path in the server's folder of corpora");
    }
    Files.delete(outside);
  }

  @Test
  void quota_exceeded_takesTheOldestUnpinnedBlocks() {
    List<BlockKey> keys = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      keys.add(admin().store(i, "acme", "doc"));
    }
    admin().store(99, "other", "doc");
    admin().pins.pin(keys.getFirst(), "tests", Duration.ofMinutes(1)).join();
    assertThat(
            admin()
                .call("PUT", "/tenants/{tenant}/quota", "/tenants/acme/quota", "{\"bytes\": 350}")
                .status())
        .isEqualTo(200);
    assertThat(admin().get("/tenants", "/tenants").body().at("/data/0/over_quota").asBoolean())
        .isTrue();
    try (QuotaKeeper _ =
        new QuotaKeeper(admin().store, admin().quotas, admin().pins, Duration.ofMillis(5))) {
      while (admin().store.stats().blocks() > 4) {
        Thread.onSpinWait();
      }
    }
    assertThat(admin().store.contains(keys).join())
        .containsExactlyInAnyOrder(keys.get(0), keys.get(4), keys.get(5));
    assertThat(admin().delete("/tenants/{tenant}/quota", "/tenants/acme/quota").status())
        .isEqualTo(200);
    assertThat(admin().delete("/tenants/{tenant}/quota", "/tenants/acme/quota").status())
        .isEqualTo(404);
  }

  @Test
  void overviewAndNodes_readWhatProcessesCount() {
    admin().registry().counter("kvasir.lookup.tokens").increment(200);
    admin().registry().counter("kvasir.hit.tokens", "tier", "grid").increment(150);
    Timer.builder("kvasir.time.to.first.token")
        .tag("mode", "block")
        .tag("cache", "hit")
        .publishPercentileHistogram()
        .register(admin().registry())
        .record(Duration.ofMillis(120));
    JsonNode overview = admin().get("/overview", "/overview").body();
    assertThat(overview.at("/tokens/hit_rate").asDouble()).isEqualTo(0.75);
    assertThat(overview.at("/tokens/by_source/grid").asLong()).isEqualTo(150);
    assertThat(overview.at("/tokens/by_source/encoded").asLong()).isEqualTo(50);
    assertThat(overview.at("/ttft/0/count").asLong()).isEqualTo(1);
    assertThat(overview.at("/ttft/0/p50_seconds").asDouble()).isBetween(0.12, 0.15);
    JsonNode nodes = admin().get("/nodes", "/nodes").body().path("data");
    assertThat(StreamSupport.stream(nodes.spliterator(), false))
        .extracting(node -> node.path("id").asText() + " " + node.path("answers").asBoolean())
        .containsExactly("local false", "metered true");
  }

  @Test
  void guards_gateAndStops_areShownWithWhatTheAuditCounted() {
    assertThat(admin().get("/guards", "/guards").body().path("data")).isEmpty();
    admin().guards.gate(true, "blocks equal cold encoding within 1e-3");
    JsonNode sound = admin().get("/guards", "/guards").body().at("/data/0");
    assertThat(sound.path("blocks").asText()).isEqualTo("open");
    assertThat(sound.at("/gate/passed").asBoolean()).isTrue();
    assertThat(sound.path("audit").isNull()).isTrue();
    assertThat(sound.path("stops")).isEmpty();

    admin().guards.stopped(Optional.of("tenant:acme"), Optional.of("letters"), "it differed");
    admin().registry().counter("kvasir.audit.samples", "result", "equal").increment(7);
    admin().registry().counter("kvasir.audit.samples", "result", "different").increment();
    admin().registry().counter("kvasir.audit.first.tokens", "agree", "true").increment(3);
    admin().registry().counter("kvasir.audit.first.tokens", "agree", "false").increment();
    DistributionSummary divergence = admin().registry().summary("kvasir.audit.divergence");
    List.of(0.5, 0.25, 0.125, 0.125).forEach(divergence::record);
    JsonNode row = admin().get("/guards", "/guards").body().at("/data/0");
    assertThat(row.path("blocks").asText()).isEqualTo("open");
    assertThat(row.at("/audit/equal").asInt()).isEqualTo(7);
    assertThat(row.at("/audit/different").asInt()).isEqualTo(1);
    assertThat(row.at("/audit/agreement").asDouble()).isEqualTo(0.75);
    assertThat(row.at("/audit/mean_divergence_nats").asDouble()).isEqualTo(0.25);
    assertThat(row.at("/stops/0/collection").asText()).isEqualTo("letters");

    admin().guards.stopped(Optional.empty(), Optional.empty(), "all of it differed");
    assertThat(admin().get("/guards", "/guards").body().at("/data/0/blocks").asText())
        .isEqualTo("closed");
  }

  @Test
  void events_thatDoNotArrive_areMissedByNode() throws IOException {
    String position = admin().events.now().text();
    Topic topic = admin().grid.topic(BlockEvents.TOPIC);
    String removed = "2 removed " + "ab".repeat(32) + " 0 - 0123abcd %d far";
    topic.publish(removed.formatted(1));
    topic.publish(removed.formatted(4));
    String event = "";
    while (!event.contains("event: gap")) {
      event = events(position, 1).getFirst();
      position = id(event);
    }
    assertThat(event).contains("\"of\":\"block\",\"node\":\"far\",\"missed\":2");
    assertThat(admin().registry().scrape())
        .contains("kvasir_event_seq_gap_total{member=\"far\"} 2.0");
  }

  @Test
  void events_ofGuards_sayWhy() throws IOException {
    String position = admin().events.now().text();
    admin().guards.gate(false, "it reads better otherwise");
    admin().guards.stopped(Optional.of("tenant:acme"), Optional.empty(), "it differed");
    List<String> events = events(position, 2);
    assertThat(events.getFirst())
        .contains("event: gate.refused", "\"node\":\"metered\"", "it reads better otherwise");
    assertThat(events.getLast())
        .contains("event: audit.stopped", "\"scope\":\"tenant:acme\"", "it differed");
  }

  @Test
  void loggersAndConfiguration_areShownAndSet() {
    assertThat(
            admin()
                .call("PUT", "/loggers/{name}", "/loggers/dev.kvasir", "{\"level\": \"DEBUG\"}")
                .status())
        .isEqualTo(200);
    assertThat(admin().get("/loggers", "/loggers").body().path("data")).hasSize(2);
    assertThat(
            admin()
                .call("PUT", "/loggers/{name}", "/loggers/dev.kvasir", "{\"level\": \"LOUD\"}")
                .status())
        .isEqualTo(400);
    assertThat(admin().get("/configuration", "/configuration").body().path("secret").asText())
        .isEqualTo("****");
  }

  @Test
  void events_afterALostConnection_goOnWhereTheyWere() throws IOException {
    String position = admin().events.now().text();
    admin().store(1, "acme", "doc");
    admin().store(2, "acme", "doc");
    List<String> first = events(position, 1);
    assertThat(first.getFirst()).contains("block.stored", "tenant:acme");
    List<String> second = events(id(first.getFirst()), 1);
    assertThat(second.getFirst()).contains("\"sequence\":2");
    for (int i = 0; i < 60; i++) {
      admin().store(100 + i, "acme", "doc");
    }
    assertThat(events(position, 1).getFirst()).contains("event: reset");
    assertThat(events("00000000-5", 1).getFirst()).contains("event: reset");
    HttpURLConnection wrong = connect("nonsense");
    assertThat(wrong.getResponseCode()).isEqualTo(400);
  }

  private static String id(String event) {
    return event.substring(4, event.indexOf('\n'));
  }

  private HttpURLConnection connect(String lastEventId) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create(admin().server.url() + "/admin/v1/events").toURL().openConnection();
    connection.setRequestProperty("Last-Event-ID", lastEventId);
    return connection;
  }

  private List<String> events(String lastEventId, int count) throws IOException {
    List<String> events = new ArrayList<>();
    HttpURLConnection connection = connect(lastEventId);
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder event = new StringBuilder();
      while (events.size() < count) {
        String line = String.valueOf(in.readLine());
        if (line.startsWith(":")) {
          continue;
        }
        if (!line.isEmpty()) {
          event.append(line).append('\n');
        } else if (!event.isEmpty()) {
          events.add(event.toString());
          event.setLength(0);
        }
      }
    } finally {
      connection.disconnect();
    }
    return events;
  }
}
