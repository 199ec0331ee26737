package dev.kvasir.bench.agreement;

import dev.kvasir.bench.Checks;
import dev.kvasir.bench.OutcomeFile;
import dev.kvasir.bench.PassageFile.Question;
import dev.kvasir.bench.rival.LlamaDriver;
import dev.kvasir.bench.rival.LlamaSetting;
import dev.kvasir.bench.rival.RivalHome;
import dev.kvasir.block.ElementType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks questions over passages with float32 keys and values and with those of another type, and
 * compares the logits of the first token; llama.cpp reads the same ids where it is installed.
 */
public final class AgreementBench {
  private static final int CELLS = 256;

  private final RivalHome home;
  private final Plan plan;
  private final @Nullable OutcomeFile<Outcome> file;
  private final Consumer<String> progress;

  /**
   * What to compare.
   *
   * @param passages most passages of a question, which the questions were read with
   * @param kv element type of keys and values
   */
  public record Plan(
      List<Question> questions, int passages, List<Mode> modes, ElementType kv, int threads) {
    public Plan {
      questions = List.copyOf(questions);
      modes = List.copyOf(modes);
      Checks.require(!questions.isEmpty(), "a comparison needs a question");
      Checks.require(!modes.isEmpty(), "a comparison needs a mode");
    }
  }

  /**
   * A comparison that is ready to run.
   *
   * @param home with the model
   * @param outcomes a file that outcomes are added to and, if it has some already, taken from
   * @param progress told of each question
   */
  public AgreementBench(
      RivalHome home, Plan plan, Optional<Path> outcomes, Consumer<String> progress) {
    this.home = home;
    this.plan = plan;
    this.file = outcomes.map(path -> new OutcomeFile<>(path, Outcome.class)).orElse(null);
    this.progress = progress;
  }

  /**
   * Asks every question in every mode that the file of outcomes does not have.
   *
   * @throws dev.kvasir.bench.BenchException if a logit is not finite or llama.cpp fails
   */
  public AgreementReport run() throws IOException {
    try (Comparison comparison = new Comparison(home.model(), plan.kv(), plan.threads())) {
      if (!home.hasLlama()) {
        progress.accept("llama.cpp is not installed: ./kvasir bench rivals --setup installs it");
        return new AgreementReport(plan, outcomes(comparison, null), Optional.empty());
      }
      try (LlamaDriver driver = LlamaDriver.start(home)) {
        LlamaSetting setting = setting(comparison);
        List<Outcome> outcomes = outcomes(comparison, new Llama(driver, setting));
        return new AgreementReport(plan, outcomes, Optional.of(setting.label()));
      }
    }
  }

  private record Llama(LlamaDriver driver, LlamaSetting setting) {}

  private LlamaSetting setting(Comparison comparison) {
    int longest = plan.questions().stream().mapToInt(comparison::tokens).max().orElseThrow();
    int cells = (longest + CELLS - 1) / CELLS * CELLS;
    return LlamaSetting.single(home.halfModel(), true, cells, plan.threads());
  }

  private List<Outcome> outcomes(Comparison comparison, @Nullable Llama llama) throws IOException {
    List<Outcome> known = file == null ? List.of() : file.read();
    List<Outcome> outcomes = new ArrayList<>();
    for (Question question : plan.questions()) {
      for (Mode mode : plan.modes()) {
        Llama asked = mode == Mode.FULL ? llama : null;
        Optional<Outcome> old = find(known, question, mode, asked != null);
        outcomes.add(old.isPresent() ? old.get() : ask(comparison, question, mode, asked));
      }
      int done = outcomes.size() / plan.modes().size();
      progress.accept("question %d of %d".formatted(done, plan.questions().size()));
    }
    return outcomes;
  }

  private Optional<Outcome> find(
      List<Outcome> known, Question question, Mode mode, boolean withLlama) {
    return known.stream()
        .filter(outcome -> outcome.question().equals(question.text()) && outcome.mode() == mode)
        .filter(outcome -> outcome.kv() == plan.kv() && outcome.passages() == plan.passages())
        .filter(outcome -> !withLlama || outcome.llamaFirst() != null)
        .findFirst();
  }

  private Outcome ask(Comparison comparison, Question question, Mode mode, @Nullable Llama llama)
      throws IOException {
    Outcome outcome =
        new Outcome(
            question.text(),
            mode,
            plan.kv(),
            plan.passages(),
            comparison.tokens(question),
            comparison.gap(question, mode),
            llama == null
                ? null
                : comparison.llamaFirst(llama.driver(), llama.setting(), question));
    if (file != null) {
      file.append(outcome);
    }
    return outcome;
  }
}
