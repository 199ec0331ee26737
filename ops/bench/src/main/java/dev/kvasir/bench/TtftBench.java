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
   */
  public record Plan(List<Integer> contexts, int repeats) {
    public Plan {
      contexts = List.copyOf(contexts);
      Checks.require(!contexts.isEmpty(), "a benchmark needs a context length");
      Checks.require(repeats > 0, "a benchmark needs a repeat");
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
   * Warms up, checks, measures.
   *
   * @throws BenchException if an answer is not what it has to be
   */
  public TtftReport run() {
    List<ContextRun> runs =
        plan.contexts().stream()
            .map(context -> new ContextRun(target, context, prompts.withContext(context)))
            .toList();
    progress.accept("warming up and checking the logits; this is not measured");
    runs.forEach(ContextRun::checkLogits);
    for (int repeat = 1; repeat <= plan.repeats(); repeat++) {
      progress.accept("repeat %d of %d".formatted(repeat, plan.repeats()));
      runs.forEach(ContextRun::measure);
    }
    double rate =
        new Prefill(target.engine(), prompts.running(PREFILL_TOKENS))
            .tokensPerSecond(plan.repeats());
    List<TtftRow> rows = runs.stream().flatMap(run -> run.rows().stream()).toList();
    return new TtftReport(rows, rate, PeakMemory.bytes());
  }
}
