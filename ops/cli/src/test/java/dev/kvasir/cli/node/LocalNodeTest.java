package dev.kvasir.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.bench.BenchTarget;
import dev.kvasir.bench.TtftBench;
import dev.kvasir.bench.TtftMode;
import dev.kvasir.bench.TtftReport;
import dev.kvasir.bench.TtftRow;
import dev.kvasir.bench.game.GameRun;
import dev.kvasir.bench.game.GameTurn;
import dev.kvasir.bench.game.PokerTable;
import dev.kvasir.cli.FetchedModel;
import dev.kvasir.cli.api.Answer;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Document;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.engine.prompt.Passage;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole path in one process: real model, real grid (see {@link TestGrid}), real HTTP. */
class LocalNodeTest {
  private static final String FERRY =
      "The Heron Ferry crosses the bay at nine and at five. The captain is Ada Brook. ";
  private static final List<Document> DOCUMENTS =
      List.of(
          new Document("1", "Heron Ferry", FERRY),
          new Document("2", "Weather", "It rained on Monday and snowed on Tuesday."));

  private static @Nullable LocalNode started;

  @BeforeAll
  static void start() {
    Path model = FetchedModel.path();
    List<Flag> flags =
        List.of(
            Flag.set("http.port=0"),
            Flag.set("model.threads=2"),
            Flag.set("cache.bytes=256MiB"),
            Flag.set("grid.kind=" + TestGrid.chosen()));
    KvasirConfig config =
        ConfigReader.read(
                KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)))
            .value();
    started = LocalNode.open(new NodeOptions(model, config));
  }

  @AfterAll
  static void stop() {
    node().close();
  }

  private static LocalNode node() {
    return Objects.requireNonNull(started);
  }

  @Test
  void serve_sameQuestionTwice_computesOnlyTheQuestionAgain() {
    URI url = URI.create("http://127.0.0.1:" + node().serve());
    try (ApiClient client = new ApiClient(url)) {
      node().caches().empty();
      Answer cold = ask(client, "block");
      Answer warm = ask(client, "block");
      Answer full = ask(client, "full");

      assertThat(cold.cachedTokens()).isZero();
      assertThat(cold.computedTokens()).isEqualTo(cold.promptTokens());
      assertThat(warm.text()).isEqualTo(cold.text());
      assertThat(warm.cachedTokens() + warm.computedTokens()).isEqualTo(warm.promptTokens());
      assertThat(warm.computedTokens()).isLessThan(40);
      assertThat(full.cachedTokens()).isZero();
      assertThat(full.promptTokens()).isEqualTo(cold.promptTokens());
    }
  }

  @Test
  void game_fewTurns_passItsOwnChecks() {
    LocalNode node = node();
    node.caches().empty();
    BenchTarget target =
        new BenchTarget(node.engine(), node.decode().generator(), node.layout(), node.caches());

    List<GameTurn> turns = new GameRun(target, new PokerTable(1, 3)).play(2, _ -> {});

    assertThat(turns).extracting(GameTurn::encoded).containsExactly(41L, 1L, 1L);
  }

  private static Answer ask(ApiClient client, String mode) {
    return client.ask("Who is the captain of the Heron Ferry?", DOCUMENTS, mode, 8);
  }

  @Test
  void bench_shortContext_passesItsOwnChecks() {
    List<Passage> passages =
        IntStream.range(0, 10)
            .mapToObj(
                i -> new Passage(Optional.empty(), Optional.of("Ferry " + i), FERRY.repeat(3)))
            .toList();
    LocalNode node = node();
    BenchTarget target =
        new BenchTarget(node.engine(), node.decode().generator(), node.layout(), node.caches());

    TtftReport report =
        new TtftBench(target, new TtftBench.Plan(List.of(300), 2), passages, step -> {}).run();

    assertThat(report.rows()).extracting(TtftRow::mode).containsExactly(TtftMode.values());
    assertThat(report.rows())
        .allSatisfy(row -> {
          assertThat(row.minMillis()).isPositive();
          assertThat(row.medianMillis()).isBetween(row.minMillis(), row.maxMillis());
        });
    assertThat(report.prefillTokensPerSecond()).isPositive();
  }
}
