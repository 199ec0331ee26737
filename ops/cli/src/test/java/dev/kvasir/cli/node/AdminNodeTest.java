package dev.kvasir.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.kvasir.cli.FetchedModel;
import dev.kvasir.cli.api.AdminClient;
import dev.kvasir.cli.warmup.JobFollower;
import dev.kvasir.cli.warmup.RestDesk;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.store.grid.join.FreePorts;
import dev.kvasir.warmup.corpus.CorpusSpec;
import dev.kvasir.warmup.job.JobRequest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin process in a real grid, with the default model. */
@Timeout(300)
class AdminNodeTest {
  private String grid = "";

  private final Path model = FetchedModel.path();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final int firstPort = FreePorts.find();
  private final int secondPort = FreePorts.find();

  @TempDir private Path folder;

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ignite", "hazelcast"})
  void api_overARealGrid_showsNodesHoldersAndRunsAWarmUp(String kind) throws Exception {
    grid = kind;
    add(CacheNode.open(member("first", firstPort)));
    add(CacheNode.open(member("second", secondPort)));
    add(PrefillNode.open(options("prefill", "prefill.listen=127.0.0.1:" + FreePorts.find())));
    Path corpora = Files.createDirectories(folder.resolve("corpora"));
    AdminNode admin =
        add(
            AdminNode.open(
                options("admin", "admin.port=0", "http.port=0", "admin.corpora=" + corpora),
                JsonNodeFactory.instance.objectNode()));
    AdminClient client =
        add(new AdminClient(URI.create(admin.url()), Optional.empty(), Optional.empty()));

    assertThat(client.get("/nodes").path("data"))
        .extracting(node ->
            "%s %s %s".formatted(text(node, "id"), text(node, "kind"), text(node, "answers")))
        .containsExactly(
            "admin admin true",
            "first cache-node true",
            "prefill prefill-worker true",
            "second cache-node true");

    Files.writeString(
        corpora.resolve("ferry.jsonl"),
        "{\"id\": \"f\", \"text\": \"The ferry leaves at nine.\"}\n{\"text\": \"It rains.\"}\n");
    RestDesk desk = new RestDesk(client);
    JsonNode job = desk.create(request("ferry.jsonl"));
    JsonNode done = JobFollower.follow(desk, text(job, "id"));
    assertThat(text(done, "state")).isEqualTo("finished");
    assertThat(done.at("/progress/present").asInt()).isEqualTo(2);

    JsonNode page = client.get("/blocks?tenant=default&document=f");
    assertThat(page.path("data")).hasSize(1);
    JsonNode block = client.get("/blocks/" + page.at("/data/0/hash").asText());
    assertThat(block.at("/held_by/memory"))
        .extracting(holder -> text(holder, "node") + " " + text(holder, "owner"))
        .hasSize(2)
        .filteredOn(holder -> holder.endsWith(" true"))
        .hasSize(1);
    JsonNode overview = client.get("/overview");
    assertThat(overview.at("/encode/0/encoded_blocks").asInt()).isEqualTo(3);
    assertThat(overview.at("/blocks/count").asInt()).isEqualTo(3);
    assertThat(overview.at("/nodes/silent")).isEmpty();
    client.delete("/blocks/" + text(block, "hash"));
    assertThat(client.get("/blocks?tenant=default").path("data")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ignite", "hazelcast"})
  void guards_ofADecodeWorkerInTheGrid_areShown(String kind) throws Exception {
    grid = kind;
    add(CacheNode.open(member("first", firstPort)));
    add(CacheNode.open(member("second", secondPort)));
    AdminNode admin =
        add(
            AdminNode.open(
                options("admin", "admin.port=0"), JsonNodeFactory.instance.objectNode()));
    add(LocalNode.openServing(options("decode", "http.port=0")));
    AdminClient client =
        add(new AdminClient(URI.create(admin.url()), Optional.empty(), Optional.empty()));

    JsonNode guards = client.get("/guards").path("data");
    while (guards.isEmpty()) {
      Thread.sleep(50);
      guards = client.get("/guards").path("data");
    }

    assertThat(text(guards.get(0), "node")).isEqualTo("decode");
    assertThat(text(guards.get(0), "blocks")).isEqualTo("open");
    assertThat(guards.at("/0/gate/passed").asBoolean()).isTrue();
    assertThat(guards.at("/0/gate/difference").asDouble()).isPositive();
    assertThat(guards.at("/0/audit/equal").asInt()).isZero();
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText();
  }

  private static JobRequest request(String path) {
    return new JobRequest(CorpusSpec.of(path), "tenant:default", PrefixMode.SINK, "tests");
  }

  private KvasirConfig member(String name, int port) {
    String key = grid.equals("hazelcast") ? "communication" : "discovery";
    return config(name, "grid.role=member", "http.port=0", "grid.%s_port=%d".formatted(key, port));
  }

  private NodeOptions options(String name, String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(List.of("grid.role=client", "model.threads=1"));
    return new NodeOptions(model, config(name, all.toArray(String[]::new)));
  }

  private KvasirConfig config(String name, String... assignments) {
    Stream<String> all = Stream.concat(Stream.of(assignments), Stream.of("grid.kind=" + grid));
    return TestNodes.config(firstPort, secondPort, name, "256MiB", all);
  }

  private <T extends AutoCloseable> T add(T closeable) {
    open.push(closeable);
    return closeable;
  }
}
