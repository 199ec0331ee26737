package dev.kvasir.cli.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kvasir.bench.PassageFile.Answered;
import dev.kvasir.bench.PassageFile.Question;
import dev.kvasir.bench.engine.OpenModel;
import dev.kvasir.bench.eval.EvalMode;
import dev.kvasir.bench.eval.EvalOutcome;
import dev.kvasir.bench.eval.Evaluation;
import dev.kvasir.block.ElementType;
import dev.kvasir.cli.FakeServer;
import dev.kvasir.cli.FakeServer.Reply;
import dev.kvasir.cli.FetchedModel;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.node.LocalNode;
import dev.kvasir.cli.node.NodeOptions;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.engine.prompt.Passage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers of the default model in this process, and ones that answer by a script. */
class ServersTest {
  private static final List<EvalMode> MODES =
      Stream.of(
              "closed", "gold", "full", "none", "sink", "sink+edge-4", "sink+blend-15", "sink+ape")
          .map(EvalMode::of)
          .toList();

  @TempDir private Path folder;

  @Test
  void run_twoServers_giveTheAnswersOfAnEvaluationInProcess() throws IOException {
    Path model = FetchedModel.path();
    List<EvalOutcome> inProcess;
    try (OpenModel open = OpenModel.load(model, 1, ElementType.FLOAT16)) {
      inProcess = evaluation("in-process").run(open, 1);
    }
    try (LocalNode first = LocalNode.openServing(options(model));
        LocalNode second = LocalNode.openServing(options(model));
        ApiClient one = new ApiClient(URI.create(first.url()));
        ApiClient other = new ApiClient(URI.create(second.url()))) {
      List<EvalOutcome> served = Servers.of(List.of(one, other)).run(evaluation("served"), MODES);

      assertThat(served)
          .usingRecursiveComparison()
          .ignoringFields("nll", "sameFirst", "kl", "ttftMillis", "computed")
          .isEqualTo(inProcess);
      for (int i = 0; i < served.size(); i++) {
        assertThat(served.get(i).computed())
            .as(served.get(i).mode())
            .isCloseTo(inProcess.get(i).computed(), within(1.0 / served.get(i).tokens()));
      }
    }
  }

  private static NodeOptions options(Path model) {
    List<Flag> flags =
        List.of(
            Flag.set("http.port=0"),
            Flag.set("model.threads=1"),
            Flag.set("model.adapter=none"),
            Flag.set("cache.bytes=64MiB"),
            Flag.set("grid.kind=memory"));
    return new NodeOptions(
        model,
        ConfigReader.read(
                KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)))
            .value());
  }

  @Test
  void run_busyServer_isAskedAgain() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try (FakeServer server =
            new FakeServer(request ->
                request.isMissingNode()
                    ? model("f")
                    : asked.getAndIncrement() == 0 ? new Reply(429, "{}") : answer("Ada Brook"));
        ApiClient client = new ApiClient(server.url())) {
      List<EvalOutcome> outcomes =
          Servers.of(List.of(client))
              .run(
                  new Evaluation(plan(List.of(EvalMode.of("sink"))), folder.resolve("b"), _ -> {}),
                  List.of(EvalMode.of("sink")));

      assertThat(outcomes).hasSize(2);
      assertThat(asked).hasValue(3);
      EvalOutcome first = outcomes.getFirst();
      assertThat(first.answer()).isEqualTo("Ada Brook");
      assertThat(first.computed()).isEqualTo(0.2);
      assertThat(first.nll()).isNull();
      assertThat(server.requests.getLast().at("/block_attention/prefix").asText())
          .isEqualTo("sink");
    }
  }

  @Test
  void of_serversOfDifferentModels_isRefused() {
    try (FakeServer one = new FakeServer(_ -> model("f"));
        FakeServer other = new FakeServer(_ -> model("g"));
        ApiClient first = new ApiClient(one.url());
        ApiClient second = new ApiClient(other.url())) {
      assertThatThrownBy(() -> Servers.of(List.of(first, second)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("different models");
    }
  }

  @Test
  void requireExpressible_modesOfThisProcessOnly_areRefused() {
    MODES.forEach(HttpExaminer::requireExpressible);
    for (String mode : List.of("sink+unmoved", "none+int8")) {
      assertThatThrownBy(() -> HttpExaminer.requireExpressible(EvalMode.of(mode)))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "a server cannot be asked for %s: leave --url out to evaluate it in this process",
              mode);
    }
  }

  private static Reply model(String fingerprint) {
    return new Reply(200, "{\"data\":[{\"fingerprint\":\"%s\"}]}".formatted(fingerprint));
  }

  private static Reply answer(String text) {
    return new Reply(
        200,
        """
        {"choices":[{"message":{"content":" %s\\n"}}],"usage":{"prompt_tokens":50},
         "block_cache":{"computed_tokens":30,"ttft_ms":3.5,
          "blocks":[{"tokens":20,"source":"encoded"},{"tokens":20,"source":"grid"}]}}
        """
            .formatted(text));
  }

  private Evaluation evaluation(String file) {
    return new Evaluation(plan(MODES), folder.resolve(file), _ -> {});
  }

  private static Evaluation.Plan plan(List<EvalMode> modes) {
    return Evaluation.Plan.of(
        List.of(
            asked("Who is the captain of the Heron Ferry?", "Ada Brook", 0),
            asked("When did Otter Mill burn down?", "1920", 1)),
        modes);
  }

  private static Answered asked(String text, String answer, int gold) {
    List<Passage> passages =
        List.of(
            passage("Heron Ferry", "The ferry crosses the bay at nine. Its captain is Ada Brook."),
            passage("Otter Mill", "The mill was built in 1911 and burnt down in 1920."));
    return new Answered(new Question(text, passages), List.of(answer), passages.get(gold));
  }

  private static Passage passage(String title, String text) {
    return new Passage(Optional.empty(), Optional.of(title), text);
  }
}
