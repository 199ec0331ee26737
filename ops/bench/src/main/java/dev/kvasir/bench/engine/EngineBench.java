package dev.kvasir.bench.engine;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.Checks;
import dev.kvasir.bench.PromptMaker;
import dev.kvasir.bench.rival.LlamaDriver;
import dev.kvasir.bench.rival.RivalHome;
import dev.kvasir.bench.roofline.Roofline;
import dev.kvasir.engine.prompt.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The engine's work beside its rivals'. One work after the other; of each, ours and the rival's are
 * measured in turn, so that the machine's moods hit both.
 */
public final class EngineBench {
  private static final int FINAL_TOKENS = 50;
  private static final int STEPS_ALONE = 64;
  private static final int STEPS_TOGETHER = 32;

  private final OpenModel model;
  private final RivalHome home;
  private final Plan plan;
  private final PromptMaker prompts;
  private final Consumer<String> progress;

  /** What to measure, and how often. */
  public record Plan(List<Work> works, int repeats) {
    public Plan {
      works = List.copyOf(works);
      Checks.require(!works.isEmpty(), "a benchmark needs a work");
      Checks.require(repeats > 0, "a benchmark needs a repeat");
    }
  }

  /**
   * A benchmark that is ready to run.
   *
   * @param model borrowed
   * @param passages enough for 8000 tokens
   * @param progress told of each step
   */
  public EngineBench(
      OpenModel model,
      RivalHome home,
      Plan plan,
      List<Passage> passages,
      Consumer<String> progress) {
    this.model = model;
    this.home = home;
    this.plan = plan;
    this.prompts = new PromptMaker(model.layout(), passages, FINAL_TOKENS);
    this.progress = progress;
  }

  /**
   * Warms up, checks, measures.
   *
   * @throws BenchException if an answer is not what it has to be
   */
  public EngineReport run() {
    if (!home.hasLlama()) {
      progress.accept("llama.cpp is not installed: ./kvasir bench rivals --setup installs it");
      return run(Optional.empty());
    }
    try (LlamaDriver driver = LlamaDriver.start(home)) {
      return run(Optional.of(driver));
    }
  }

  private EngineReport run(Optional<LlamaDriver> driver) {
    Inputs inputs = new Inputs(model, prompts, home, driver, progress);
    progress.accept("roofline");
    Roofline roofline = Roofline.measure();
    List<Row> rows = new ArrayList<>();
    for (Work work : plan.works()) {
      rows.addAll(measured(work, inputs));
    }
    return new EngineReport(rows, roofline, driver.map(LlamaDriver::build));
  }

  private List<Row> measured(Work work, Inputs inputs) {
    progress.accept(work.label() + ": warming up and checking");
    try (Measured each = open(work, inputs)) {
      each.prepare();
      for (int repeat = 1; repeat <= plan.repeats(); repeat++) {
        progress.accept("%s: repeat %d of %d".formatted(work.label(), repeat, plan.repeats()));
        each.measure();
      }
      return each.rows();
    }
  }

  private static Measured open(Work work, Inputs inputs) {
    return switch (work) {
      case PREFILL_512 -> new PrefillWork(inputs, work, 512);
      case PREFILL_4096 -> new PrefillWork(inputs, work, 4096);
      case ENCODE_BLOCKS -> new EncodeWork(inputs);
      case TTFT_2000 -> new FirstTokenWork(inputs, work, 2000);
      case TTFT_4000 -> new FirstTokenWork(inputs, work, 4000);
      case TTFT_8000 -> new FirstTokenWork(inputs, work, 8000);
      case DECODE_1 -> new DecodeWork(inputs, work, 1, STEPS_ALONE);
      case DECODE_8 -> new DecodeWork(inputs, work, 8, STEPS_TOGETHER);
      case INSTALL -> new InstallWork(inputs);
      case RSS -> new MemoryWork(inputs);
    };
  }
}
