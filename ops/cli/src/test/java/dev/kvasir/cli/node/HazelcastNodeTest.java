package dev.kvasir.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.cli.FetchedModel;
import dev.kvasir.cli.api.Answer;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Document;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.KvasirConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole path once on the other grid, whatever grid the system tests run on. */
class HazelcastNodeTest {
  private static final List<Document> DOCUMENTS =
      List.of(new Document("1", "Heron Ferry", "The captain of the Heron Ferry is Ada Brook."));

  @Test
  void serve_localCacheEmptied_hitsTheGridWithTheSameAnswer() {
    Path model = FetchedModel.path();
    NodeOptions options = new NodeOptions(model, config());
    try (LocalNode node = LocalNode.open(options);
        ApiClient client = new ApiClient(URI.create("http://127.0.0.1:" + node.serve()))) {
      Answer cold = ask(client);
      node.caches().local().clear();
      Answer warm = ask(client);

      assertThat(node.caches().store().name()).isEqualTo("hazelcast");
      assertThat(node.caches().store().stats().blocks()).isPositive();
      assertThat(cold.cachedTokens()).isZero();
      assertThat(warm.cachedTokens()).isPositive();
      assertThat(warm.text()).isEqualTo(cold.text());
    }
  }

  private static KvasirConfig config() {
    List<Flag> flags =
        List.of(
            Flag.set("model.threads=2"),
            Flag.set("cache.bytes=64MiB"),
            Flag.set("http.port=0"),
            Flag.set("grid.kind=hazelcast"));
    return ConfigReader.read(
            KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)))
        .value();
  }

  private static Answer ask(ApiClient client) {
    return client.ask("Who is the captain of the Heron Ferry?", DOCUMENTS, "block", 8);
  }
}
