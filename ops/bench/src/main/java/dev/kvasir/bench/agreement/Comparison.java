package dev.kvasir.bench.agreement;

import dev.kvasir.bench.Checks;
import dev.kvasir.bench.PassageFile.Question;
import dev.kvasir.bench.engine.OpenModel;
import dev.kvasir.bench.rival.LlamaDriver;
import dev.kvasir.bench.rival.LlamaSetting;
import dev.kvasir.block.ElementType;
import dev.kvasir.engine.prompt.Message;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.sample.LogitGap;
import java.nio.file.Path;
import java.util.List;

/** One model twice, with float32 and with other keys and values, and llama.cpp beside them. */
final class Comparison implements AutoCloseable {
  private final OpenModel exact;
  private final OpenModel rounded;
  private final PromptReader exactReader;
  private final PromptReader roundedReader;

  /** Loads the model twice; owns both. */
  Comparison(Path model, ElementType kv, int threads) {
    exact = OpenModel.load(model, threads, ElementType.FLOAT32);
    try {
      rounded = OpenModel.load(model, threads, kv);
    } catch (RuntimeException | Error e) {
      exact.close();
      throw e;
    }
    exactReader = new PromptReader(exact);
    roundedReader = new PromptReader(rounded);
  }

  /** Tokens of the question's prompt. */
  int tokens(Question question) {
    return prompt(exact.layout(), question).tokens();
  }

  /** How far the logits are apart. */
  LogitGap gap(Question question, Mode mode) {
    float[] reference = exactReader.read(prompt(exact.layout(), question), mode);
    float[] other = roundedReader.read(prompt(rounded.layout(), question), mode);
    Checks.finite("float32", reference);
    Checks.finite(rounded.engine().elementType().name(), other);
    return LogitGap.of(reference, other);
  }

  /** llama.cpp's greedy token after all of the prompt's ids. */
  int llamaFirst(LlamaDriver driver, LlamaSetting setting, Question question) {
    SegmentedPrompt prompt = prompt(exact.layout(), question);
    return driver.prefill(setting, List.of(prompt.allTokens())).tokens().getFirst();
  }

  private static SegmentedPrompt prompt(PromptLayout layout, Question question) {
    Checks.require(!question.passages().isEmpty(), "a question has no passage: " + question.text());
    return layout.chat(
        List.of(new Message(Message.Role.USER, question.text())),
        question.passages(),
        PrefixMode.SINK);
  }

  @Override
  public void close() {
    exactReader.close();
    roundedReader.close();
    exact.close();
    rounded.close();
  }
}
