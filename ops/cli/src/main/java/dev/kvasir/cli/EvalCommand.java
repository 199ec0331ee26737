package dev.kvasir.cli;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.Machine;
import dev.kvasir.bench.OutcomeFile;
import dev.kvasir.bench.PassageFile;
import dev.kvasir.bench.engine.OpenModel;
import dev.kvasir.bench.eval.EvalMode;
import dev.kvasir.bench.eval.EvalOutcome;
import dev.kvasir.bench.eval.EvalReport;
import dev.kvasir.bench.eval.EvalReport.Series;
import dev.kvasir.bench.eval.Evaluation;
import dev.kvasir.block.ElementType;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.console.OutputFile;
import dev.kvasir.cli.console.Progress;
import dev.kvasir.cli.console.TerminalProgress;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.evaluation.Servers;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.engine.gguf.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvasir eval}. */
@Command(
    name = "eval",
    description = {
      "Accuracy of every mode over the same questions and token ids: a report as JSON, Markdown",
      "and HTML. Outcomes are kept beside it (.jsonl), and those that are there are not computed",
      "again. In this process, or with --url by running servers, one question at a time at each."
    },
    mixinStandardHelpOptions = true)
final class EvalCommand implements Runnable {
  private static final String MODES =
      "closed,gold,full,none,sink,sink+edge-4,sink+edge-8,sink+edge-16,sink+blend-15,sink+ape,"
          + "sink+unmoved,sink+int8";

  @Option(
      names = "--set",
      required = true,
      paramLabel = "FILE",
      description = "JSON lines (or .gz) with question, answers, gold and ctxs.")
  private Path set = Path.of("");

  @Option(
      names = "--modes",
      split = ",",
      paramLabel = "MODE",
      description = "Words joined by +, see ops/docs/evaluation.md (default: " + MODES + ").",
      defaultValue = MODES)
  private List<String> modes = List.of();

  @Option(
      names = "--limit",
      description = "Questions, from the first on (default: ${DEFAULT-VALUE}).",
      defaultValue = "300")
  private int limit;

  @Option(
      names = "--json",
      required = true,
      paramLabel = "OUT",
      description = "The report; .jsonl, .md, .html and .svg files come beside it.")
  private Path json = Path.of("");

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "GGUF file or folder (default: SmolLM2-135M-Instruct, fetched if needed).")
  private @Nullable Path model;

  @Option(
      names = "--adapter",
      paramLabel = "FOLDER",
      description = "LoRA adapter in PEFT's layout, merged into the model.")
  private @Nullable Path adapter;

  @Option(
      names = "--name",
      description = "What the report calls the model (default: tuned with --adapter, else stock).")
  private @Nullable String name;

  @Option(
      names = "--beside",
      paramLabel = "NAME=FILE",
      description = "Outcomes (.jsonl) of another model to show and compare with; repeatable.")
  private Map<String, Path> beside = new LinkedHashMap<>();

  @Option(
      names = "--threads",
      description = "Questions asked at the same time (default: one for each processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "A decode worker to ask instead; repeatable. Its key is KVASIR_CLIENT_KEY. Modes with unmoved or"
              + " int8 are refused, NLL and KL are not known.")
  private List<String> urls = List.of();

  @Override
  public void run() {
    OutputFile.requireFolder(json);
    if (threads < 1 || limit < 1) {
      throw new UserError("--threads and --limit must be at least 1");
    }
    if (!urls.isEmpty() && (model != null || adapter != null)) {
      throw new UserError(
          "with --url the servers' model is asked: leave --model and --adapter out");
    }
    if (!Files.isReadable(set)) {
      throw new UserError("there is no readable file %s: check --set".formatted(set));
    }
    try {
      evaluate();
    } catch (BenchException | ModelFileException e) {
      throw new UserError(e);
    } catch (IOException e) {
      throw new UserError("a file could not be read or written: " + e.getMessage(), e);
    }
  }

  private void evaluate() throws IOException {
    Evaluation.Plan plan =
        Evaluation.Plan.of(
            PassageFile.answered(set, limit), modes.stream().map(EvalMode::of).toList());
    List<Series> series = new ArrayList<>();
    for (Map.Entry<String, Path> other : beside.entrySet()) {
      series.add(
          new Series(
              other.getKey(), new OutcomeFile<>(other.getValue(), EvalOutcome.class).read()));
    }
    String own =
        name != null ? name : !urls.isEmpty() ? "served" : adapter == null ? "stock" : "tuned";
    series.add(new Series(own, outcomes(plan)));
    EvalReport report = EvalReport.of(questions(plan), machine(), series);
    report.write(json);
    System.out.print(report.table());
  }

  private List<EvalOutcome> outcomes(Evaluation.Plan plan) throws IOException {
    Path kept =
        json.resolveSibling(json.getFileName().toString().replaceFirst("\\.json$", "") + ".jsonl");
    try (Progress.Task task =
        TerminalProgress.onStandardError().count("answers", plan.outcomes())) {
      Evaluation evaluation = new Evaluation(plan, kept, task::at);
      return urls.isEmpty() ? ofModel(evaluation) : ofServers(evaluation, plan.modes());
    }
  }

  private List<EvalOutcome> ofModel(Evaluation evaluation) throws IOException {
    Path file = model == null ? FetchModelCommand.fetch() : model;
    try (OpenModel open =
        OpenModel.load(file, Optional.ofNullable(adapter), 1, ElementType.FLOAT16)) {
      return evaluation.run(open, threads);
    }
  }

  private List<EvalOutcome> ofServers(Evaluation evaluation, List<EvalMode> modes)
      throws IOException {
    KvasirConfig read = new ConfigFlags().read(Stream.empty()).value();
    List<ApiClient> clients = urls.stream().map(url -> ServerFlags.client(read, url)).toList();
    try {
      return Servers.of(clients).run(evaluation, modes);
    } finally {
      clients.forEach(ApiClient::close);
    }
  }

  private String questions(Evaluation.Plan plan) {
    return "the first %d of %s".formatted(plan.questions().size(), set.getFileName());
  }

  private String machine() {
    Path root = Path.of(System.getProperty("kvasir.root", "."));
    return urls.isEmpty()
        ? "%s, %d questions at a time".formatted(Machine.line(root), threads)
        : "%d servers, a question at a time at each".formatted(urls.size());
  }
}
