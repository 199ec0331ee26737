package dev.kvasir.bench.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.OutcomeFile;
import dev.kvasir.bench.PassageFile.Question;
import dev.kvasir.bench.rival.RivalHome;
import dev.kvasir.block.ElementType;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.sample.LogitGap;
import dev.kvasir.engine.testing.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real model, with two passages of a line each. */
class AgreementBenchTest {
  private static final Question QUESTION =
      new Question(
          "Who is the captain?",
          List.of(
              passage("Heron Ferry", "The ferry crosses the bay at nine. Its captain is Ada."),
              passage("Otter Mill", "The mill was built in 1911 and burnt down in 1920.")));

  @TempDir private Path folder;

  @Test
  void run_float32_isItsOwnReferenceInBothModes() throws IOException {
    AgreementReport report = bench(ElementType.FLOAT32, QUESTION, Optional.empty()).run();

    assertThat(report.outcomes()).extracting(Outcome::mode).containsExactly(Mode.values());
    assertThat(report.outcomes())
        .allSatisfy(outcome -> {
          assertThat(outcome.gap().sameFirst()).isTrue();
          assertThat(outcome.gap().maxDifference()).isZero();
          assertThat(outcome.gap().divergence()).isZero();
          assertThat(outcome.llamaFirst()).isNull();
        });
  }

  @Test
  void run_float16_isAnotherAndNear() throws IOException {
    AgreementReport report = bench(ElementType.FLOAT16, QUESTION, Optional.empty()).run();

    assertThat(report.outcomes())
        .hasSize(2)
        .allSatisfy(outcome -> {
          assertThat(outcome.gap().maxDifference()).isPositive().isLessThan(0.1);
          assertThat(outcome.gap().divergence()).isPositive().isLessThan(1e-3);
        });
  }

  @Test
  void run_int8_roundsBlocksMoreThanFloat16AndFullNotAtAllMore() throws IOException {
    AgreementReport halves = bench(ElementType.FLOAT16, QUESTION, Optional.empty()).run();
    AgreementReport bytes = bench(ElementType.INT8, QUESTION, Optional.empty()).run();

    assertThat(gap(bytes, Mode.FULL)).isEqualTo(gap(halves, Mode.FULL));
    assertThat(gap(bytes, Mode.BLOCKS).maxDifference())
        .isGreaterThan(gap(halves, Mode.BLOCKS).maxDifference())
        .isLessThan(1);
  }

  private static LogitGap gap(AgreementReport report, Mode mode) {
    return report.outcomes().stream()
        .filter(outcome -> outcome.mode() == mode)
        .findFirst()
        .orElseThrow()
        .gap();
  }

  @Test
  void run_outcomesThatTheFileHas_areNotComputedAgain() throws IOException {
    Path file = folder.resolve("outcomes");
    OutcomeFile<Outcome> kept = new OutcomeFile<>(file, Outcome.class);
    List<Outcome> made = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      LogitGap gap = new LogitGap(1, 2, 3, 4, 5, 6);
      made.add(new Outcome(QUESTION.text(), mode, ElementType.FLOAT16, 2, 7, gap, null));
      kept.append(made.getLast());
    }

    AgreementReport report = bench(ElementType.FLOAT16, QUESTION, Optional.of(file)).run();

    assertThat(report.outcomes()).isEqualTo(made);
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  @Test
  void run_questionWithoutPassages_isRefused() {
    Question bare = new Question("Who?", List.of());

    assertThatThrownBy(() -> bench(ElementType.FLOAT32, bare, Optional.empty()).run())
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("Who?");
  }

  private AgreementBench bench(ElementType kv, Question question, Optional<Path> outcomes) {
    AgreementBench.Plan plan =
        new AgreementBench.Plan(List.of(question), 2, List.of(Mode.values()), kv, 2);
    return new AgreementBench(
        new RivalHome(folder.resolve("rivals"), folder, TestModel.path()),
        plan,
        outcomes,
        step -> {});
  }

  private static Passage passage(String title, String text) {
    return new Passage(Optional.empty(), Optional.of(title), text);
  }
}
