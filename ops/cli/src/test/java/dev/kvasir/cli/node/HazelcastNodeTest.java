package dev.kvasir.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.cli.Recorded;
import dev.kvasir.cli.api.Answer;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Document;
import dev.kvasir.cli.model.ModelCache;
import dev.kvasir.cli.model.PackagedModel;
import dev.kvasir.cli.model.PipWheels;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The whole path once on the other grid, whatever grid the system tests run on. */
class HazelcastNodeTest {
  private static final List<Document> DOCUMENTS =
      List.of(new Document("1", "Heron Ferry", "The captain of the Heron Ferry is Ada Brook."));

  @Test
  void serve_localCacheEmptied_hitsTheGridWithTheSameAnswer() {
    Path model =
        new ModelCache(
                ModelCache.home(System.getenv()),
                new PipWheels("python3", List.of()),
                new Recorded())
            .obtain(PackagedModel.SMOLLM2_135M);
    NodeOptions options =
        new NodeOptions(
            model, Optional.empty(), 2, 64L << 20, NodeOptions.Grid.HAZELCAST, ElementType.FLOAT16);
    try (LocalNode node = LocalNode.open(options);
        ApiClient client =
            new ApiClient(URI.create("http://127.0.0.1:" + node.serve("127.0.0.1", 0)))) {
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

  private static Answer ask(ApiClient client) {
    return client.ask("Who is the captain of the Heron Ferry?", DOCUMENTS, "block", 8);
  }
}
