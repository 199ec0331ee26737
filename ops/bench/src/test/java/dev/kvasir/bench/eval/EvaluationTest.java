package dev.kvasir.bench.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.tuple;

import dev.kvasir.bench.PassageFile.Answered;
import dev.kvasir.bench.PassageFile.Question;
import dev.kvasir.bench.engine.OpenModel;
import dev.kvasir.bench.eval.EvalReport.Series;
import dev.kvasir.block.ElementType;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real model, with short questions. */
class EvaluationTest {
  private static final List<String> MODES =
      List.of(
          "closed",
          "gold",
          "full",
          "none",
          "sink",
          "sink+unmoved",
          "sink+int8",
          "sink+edge-4",
          "sink+blend-15",
          "sink+ape",
          "sink+edge-16+int8");

  private static Optional<OpenModel> model = Optional.empty();

  @TempDir private Path folder;

  @BeforeAll
  static void load() {
    model = Optional.of(OpenModel.load(TestModel.path(), 1, ElementType.FLOAT16));
  }

  @AfterAll
  static void close() {
    model.ifPresent(OpenModel::close);
  }

  @Test
  void run_everyMode_marksAndCompares() throws IOException {
    List<EvalOutcome> outcomes = run(plan(1, MODES), 1, "one");

    assertThat(outcomes).extracting(EvalOutcome::mode).containsExactlyElementsOf(MODES);
    EvalOutcome full = outcome(outcomes, "full");
    assertThat(full.answer()).contains("Ada");
    assertThat(full.marks().contained()).isTrue();
    assertThat(full.sameFirst()).isTrue();
    assertThat(full.kl()).isZero();
    assertThat(full.computed()).isEqualTo(1);
    assertThat(outcome(outcomes, "closed").kl()).isNull();
    assertThat(outcome(outcomes, "gold").tokens()).isLessThan(full.tokens());
    for (String mode : MODES.subList(3, MODES.size())) {
      EvalOutcome blocks = outcome(outcomes, mode);
      assertThat(blocks.tokens()).isEqualTo(full.tokens());
      assertThat(blocks.computed()).isBetween(0.0, 0.9);
      assertThat(blocks.kl()).isPositive();
    }
    assertThat(outcome(outcomes, "sink+int8").nll())
        .isCloseTo(outcome(outcomes, "sink").nll(), offset(0.2))
        .isNotEqualTo(outcome(outcomes, "sink").nll());
  }

  @Test
  void run_moreThreads_givesTheSameOutcomes() throws IOException {
    List<String> modes = List.of("full", "sink");

    List<EvalOutcome> alone = run(plan(3, modes), 1, "alone");
    List<EvalOutcome> together = run(plan(3, modes), 3, "together");

    assertThat(together).usingRecursiveComparison().ignoringFields("ttftMillis").isEqualTo(alone);
  }

  @Test
  void run_outcomesThatAreThere_areNotComputedAgain() throws IOException {
    List<EvalOutcome> first = run(plan(1, List.of("sink")), 1, "kept");
    List<Integer> told = new ArrayList<>();

    List<EvalOutcome> more =
        new Evaluation(plan(1, List.of("sink", "none")), folder.resolve("kept"), told::add)
            .run(model.orElseThrow(), 1);

    assertThat(more.getFirst()).isEqualTo(first.getFirst());
    assertThat(told).containsExactly(1, 2);
    assertThat(Files.readAllLines(folder.resolve("kept"))).hasSize(2);
  }

  @Test
  void write_report_hasEveryFile() throws IOException {
    List<EvalOutcome> outcomes = run(plan(2, List.of("full", "sink")), 1, "reported");
    EvalReport report =
        EvalReport.of(
            "two", "here", List.of(new Series("stock", outcomes), new Series("tuned", outcomes)));

    report.write(folder.resolve("report.json"));

    assertThat(report.rows()).hasSize(4);
    assertThat(report.differences())
        .extracting(PairedRow::setting, PairedRow::against)
        .containsExactly(
            tuple("stock sink", "stock full"),
            tuple("tuned full", "stock full"),
            tuple("tuned sink", "tuned full"),
            tuple("tuned sink", "stock sink"));
    assertThat(report.differences().getLast().accuracy()).isEqualTo(new Interval(0, 0, 0));
    assertThat(Files.readString(folder.resolve("report.md"))).contains("| stock | sink | 2 |");
    assertThat(Files.readString(folder.resolve("report.html"))).contains("<svg", "tuned sink");
    assertThat(folder.resolve("report.accuracy.svg")).exists();
    assertThat(Files.readString(folder.resolve("report.json"))).contains("same_first");
  }

  @Test
  void run_aQuestionTwiceInTheSet_isAskedTwiceAndPaired() throws IOException {
    Answered once = asked("Who is the captain of the Heron Ferry?", "Ada Brook", 0);
    Answered again =
        new Answered(
            new Question(once.question().text(), once.question().passages().reversed()),
            List.of("Ada"),
            once.gold());
    Evaluation.Plan plan =
        Evaluation.Plan.of(
            List.of(once, again), List.of(EvalMode.FULL_ATTENTION, EvalMode.of("sink")));

    List<EvalOutcome> outcomes = run(plan, 1, "twice");
    List<EvalOutcome> kept = run(plan, 1, "twice");

    assertThat(outcomes).extracting(EvalOutcome::occurrence).containsExactly(0, 0, 1, 1);
    assertThat(kept).isEqualTo(outcomes);
    assertThat(outcomes.get(0).nll()).isNotEqualTo(outcomes.get(2).nll());
    EvalReport report = EvalReport.of("two", "here", List.of(new Series("stock", outcomes)));
    assertThat(report.differences()).singleElement().extracting(PairedRow::questions).isEqualTo(2);
  }

  @Test
  void write_outcomesOfServers_leavesWhatIsNotKnownOut() throws IOException {
    List<EvalOutcome> outcomes = List.of(served("full", "Ada Brook"), served("sink", "Ben"));

    EvalReport.of("one", "there", List.of(new Series("served", outcomes)))
        .write(folder.resolve("served.json"));

    assertThat(Files.readString(folder.resolve("served.md")))
        .contains("| served | sink | 1 | 0.0 | 0.0 to 0.0 | 0.0 | 0.0 | – | – | – |", "| – | 0 |");
    assertThat(folder.resolve("served.accuracy.svg")).exists();
    assertThat(folder.resolve("served.nll.svg")).doesNotExist();
  }

  private static EvalOutcome served(String mode, String answer) {
    Marks marks = Marks.of(answer, List.of("Ada Brook"));
    return new EvalOutcome("m", "Who?", 0, mode, 10, 0.5, answer, marks, null, null, null, 3);
  }

  private List<EvalOutcome> run(Evaluation.Plan plan, int threads, String file) throws IOException {
    return new Evaluation(plan, folder.resolve(file), _ -> {}).run(model.orElseThrow(), threads);
  }

  private static EvalOutcome outcome(List<EvalOutcome> outcomes, String mode) {
    return outcomes.stream().filter(each -> each.mode().equals(mode)).findFirst().orElseThrow();
  }

  private static Evaluation.Plan plan(int questions, List<String> modes) {
    List<Answered> all =
        List.of(
            asked("Who is the captain of the Heron Ferry?", "Ada Brook", 0),
            asked("When did Otter Mill burn down?", "1920", 1),
            asked("When does the Heron Ferry cross the bay?", "nine", 0));
    return Evaluation.Plan.of(all.subList(0, questions), modes.stream().map(EvalMode::of).toList());
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
