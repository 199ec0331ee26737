package dev.kvasir.bench.engine;

import dev.kvasir.bench.PromptMaker;
import dev.kvasir.bench.rival.LlamaDriver;
import dev.kvasir.bench.rival.LlamaSetting;
import dev.kvasir.bench.rival.RivalHome;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.prompt.PromptLayout;
import java.util.Optional;
import java.util.function.Consumer;

/** What every work needs; all of it borrowed. The rival runs the model without the adapter. */
record Inputs(
    OpenModel model,
    PromptMaker prompts,
    RivalHome home,
    Optional<LlamaDriver> driver,
    Consumer<String> progress) {

  Engine engine() {
    return model.engine();
  }

  PromptLayout layout() {
    return model.layout();
  }

  int threads() {
    return model.threads();
  }

  LlamaSetting half(boolean flash, int context) {
    return LlamaSetting.single(home.halfModel(), flash, context, threads());
  }

  LlamaSetting shipped(boolean flash, int context) {
    return LlamaSetting.single(home.model(), flash, context, threads());
  }

  /** Says whether llama.cpp chose the same first token; it rounds otherwise, so it may not. */
  void compareFirst(String work, int own, Optional<LlamaDriver.Timed> rival) {
    rival.ifPresent(answer -> {
      int other = answer.tokens().getFirst();
      progress.accept(
          own == other
              ? "%s: the first token is llama.cpp's too".formatted(work)
              : "%s: the first token differs: ours %d, llama.cpp's %d".formatted(work, own, other));
    });
  }
}
