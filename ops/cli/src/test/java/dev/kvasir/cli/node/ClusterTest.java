package dev.kvasir.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.Scope;
import dev.kvasir.cli.FetchedModel;
import dev.kvasir.cli.api.Answer;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Document;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.store.delete.Receipt;
import dev.kvasir.store.delete.Selector;
import dev.kvasir.store.grid.join.FreePorts;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two cache nodes with files, a prefill worker and a decode worker, each its own grid node. */
class ClusterTest {
  private static final List<Document> DOCUMENTS =
      List.of(
          new Document("1", "Heron Ferry", "The captain of the Heron Ferry is Ada Brook."),
          new Document("2", "Weather", "It rained on Monday and snowed on Tuesday."));

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

  @Test
  void ask_blocksEncodedElsewhere_surviveANodeARestartAndNoDeletion() {
    CacheNode first = cacheNode("first", firstPort);
    CacheNode second = cacheNode("second", secondPort);
    add(
        PrefillNode.open(
            new NodeOptions(
                model, client("prefill", "prefill.listen=127.0.0.1:" + FreePorts.find()))));
    LocalNode decode = add(LocalNode.open(new NodeOptions(model, client("decode"))));
    ApiClient api = add(new ApiClient(URI.create("http://127.0.0.1:" + decode.serve())));

    Answer cold = ask(api);
    assertThat(cold.cachedTokens()).isZero();
    assertThat(decode.metrics().counter("kvasir.encoded.blocks").count()).isZero();
    awaitStored(decode, 3);

    first.close();
    decode.caches().local().clear();
    Answer warm = ask(api);
    assertThat(warm.cachedTokens()).isPositive();
    assertThat(warm.text()).isEqualTo(cold.text());

    second.close();
    cacheNode("second", secondPort);
    Answer afterRestart = askUntilCached(decode, api);
    assertThat(afterRestart.text()).isEqualTo(cold.text());

    Receipt receipt =
        decode.deletions().delete(new Selector.Everything(new Scope.Tenant("default")));
    assertThat(receipt.missing()).isEmpty();
    Answer afterDeletion = ask(api);
    assertThat(afterDeletion.text()).isEqualTo(cold.text());
  }

  /** The client has to find its grid again; answers come meanwhile, too. */
  private static Answer askUntilCached(LocalNode decode, ApiClient api) {
    long end = System.nanoTime() + 90_000_000_000L;
    while (true) {
      decode.caches().local().clear();
      Answer answer = ask(api);
      if (answer.cachedTokens() > 0) {
        return answer;
      }
      assertThat(System.nanoTime()).as("files come back in time").isLessThan(end);
    }
  }

  private static void awaitStored(LocalNode node, int blocks) {
    long end = System.nanoTime() + 60_000_000_000L;
    while (node.caches().store().stats().blocks() < blocks) {
      assertThat(System.nanoTime()).as("blocks reach the grid in time").isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private CacheNode cacheNode(String name, int port) {
    return add(
        CacheNode.open(
            config(
                name,
                "grid.role=member",
                "http.port=0",
                "grid.discovery_port=" + port,
                "disk.enabled=true",
                "disk.path=" + folder.resolve(name))));
  }

  private KvasirConfig client(String name, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(more));
    all.addAll(List.of("grid.role=client", "model.threads=2", "cache.bytes=64MiB", "http.port=0"));
    return config(name, all.toArray(String[]::new));
  }

  private KvasirConfig config(String name, String... assignments) {
    return TestNodes.config(firstPort, secondPort, name, "128MiB", Stream.of(assignments));
  }

  private <T extends AutoCloseable> T add(T closeable) {
    open.push(closeable);
    return closeable;
  }

  private static Answer ask(ApiClient client) {
    return client.ask("Who is the captain of the Heron Ferry?", DOCUMENTS, "block", 8);
  }
}
