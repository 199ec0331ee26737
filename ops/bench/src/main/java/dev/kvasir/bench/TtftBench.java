package dev.kvasir.bench;

import dev.kvasir.engine.prompt.Passage;
import java.util.List;
import java.util.function.Consumer;

/**
 * Time to first token of a short question after passages of several total lengths: full attention
 * against blocks that are missing, in the grid, and in local memory. Every repeat measures every
 * length and mode once, so that the machine's moods hit all of them alike. The time runs from the
 * texts (tokenising included) to the first token. Answers are checked all along.
 */
public final class TtftBench {
  private static final int FINAL_TOKENS = 50;
  private static final int PREFILL_TOKENS = 512;

  private final BenchTarget target;
  private final Plan plan;
  private final Consumer<String> progress;
  private final PromptMaker prompts;

  /**
   * What to measure.
   *
   * @param contexts tokens of passages
   * @param modes in this order
   * @param warmUps repeats that come first and do not count
   */
  public record Plan(List<Integer> contexts, int repeats, List<TtftMode> modes, int warmUps) {
    public Plan {
      contexts = List.copyOf(contexts);
      modes = List.copyOf(modes);
      Checks.require(!contexts.isEmpty(), "a benchmark needs a context length");
      Checks.require(repeats > 0, "a benchmark needs a repeat");
      Checks.require(!modes.isEmpty(), "a benchmark needs a mode");
      Checks.require(warmUps >= 0, "a benchmark cannot have less than no warm-ups");
    }

    /** Every mode, warm from the check of the logits alone. */
    public Plan(List<Integer> contexts, int repeats) {
      this(contexts, repeats, List.of(TtftMode.values()), 0);
    }
  }

  /**
   * A benchmark that is ready to run.
   *
   * @param passages enough for the longest context
   * @param progress told of each step
   */
  public TtftBench(
      BenchTarget target, Plan plan, List<Passage> passages, Consumer<String> progress) {
    this.target = target;
    this.plan = plan;
    this.progress = progress;
    this.prompts = new PromptMaker(target.layout(), passages, FINAL_TOKENS);
  }

  /**
   * Warms up, checks, measures the times and the rate of prefill.
   *
   * @throws BenchException if an answer is not what it has to be
   */
  public TtftReport run() {
    List<TtftRow> rows = rows();
    double rate =
        new Prefill(target.engine(), prompts.running(PREFILL_TOKENS))
            .tokensPerSecond(plan.repeats());
    return new TtftReport(rows, rate, PeakMemory.bytes());
  }

  /**
   * Warms up, checks, measures the times.
   *
   * @return of each context a row for each mode, in the plan's order
   * @throws BenchException if an answer is not what it has to be
   */
  public List<TtftRow> rows() {
    List<ContextRun> runs =
        plan.contexts().stream()
            .map(context ->
                new ContextRun(target, context, prompts.withContext(context), plan.modes()))
            .toList();
    progress.accept("warming up and checking the logits; this is not measured");
    runs.forEach(ContextRun::checkLogits);
    for (int round = 0; round < plan.warmUps(); round++) {
      runs.forEach(ContextRun::warmUp);
    }
    for (int repeat = 1; repeat <= plan.repeats(); repeat++) {
      progress.accept("repeat %d of %d".formatted(repeat, plan.repeats()));
      runs.forEach(ContextRun::measure);
    }
    return runs.stream().flatMap(run -> run.rows().stream()).toList();
  }
}
