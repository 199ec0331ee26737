package dev.kvasir.bench.eval;

import dev.kvasir.bench.Checks;
import dev.kvasir.bench.PassageFile.Answered;
import dev.kvasir.bench.engine.OpenModel;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.RequestKv;
import dev.kvasir.engine.sample.LogitGap;
import dev.kvasir.engine.sample.Sampler;
import dev.kvasir.engine.tokenizer.TextStream;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks a model in this process. Borrows the model. */
final class EngineExaminer implements Examiner {
  private final OpenModel model;
  private final Tokenizer tokenizer;
  private final Map<ElementType, Reader> readers = new EnumMap<>(ElementType.class);
  private float @Nullable [] full;

  EngineExaminer(OpenModel model) {
    this.model = model;
    this.tokenizer = model.tokenizer();
  }

  @Override
  public void ask(EvalQuestion question, List<EvalMode> modes, Consumer<EvalOutcome> done) {
    full = null;
    modes.stream()
        .sorted(Comparator.comparing(mode -> !mode.equals(EvalMode.FULL_ATTENTION)))
        .forEach(mode -> done.accept(ask(question, mode)));
    readers.values().forEach(Reader::forget);
  }

  private EvalOutcome ask(EvalQuestion question, EvalMode mode) {
    Answered asked = question.asked();
    try (Reading reading = reader(mode.kv()).read(question, mode)) {
      Checks.finite(mode.label(), reading.logits());
      LogitGap gap = mode.readsAll() ? gap(question, mode, reading) : null;
      double nll = nll(reading, asked.answers().getFirst());
      String answer = answer(reading);
      return new EvalOutcome(
          model.engine().model().fingerprint(),
          question.text(),
          question.occurrence(),
          mode.label(),
          reading.tokens(),
          reading.computed(),
          answer,
          Marks.of(answer, asked.answers()),
          nll,
          gap == null ? null : gap.sameFirst(),
          gap == null ? null : gap.divergence(),
          reading.millis());
    }
  }

  private Reader reader(ElementType kv) {
    return readers.computeIfAbsent(kv, type -> new Reader(model.alongside(1, type)));
  }

  private LogitGap gap(EvalQuestion question, EvalMode mode, Reading reading) {
    if (mode.equals(EvalMode.FULL_ATTENTION)) {
      full = reading.logits();
    }
    float[] reference = full;
    if (reference == null) {
      try (Reading whole = reader(ElementType.FLOAT16).read(question, EvalMode.FULL_ATTENTION)) {
        reference = whole.logits();
        full = reference;
      }
    }
    return LogitGap.of(reference, reading.logits());
  }

  /** Of a right answer's tokens, each behind the prompt and those before it; their mean. */
  private double nll(Reading reading, String right) {
    TokenIds ids = tokenizer.encode(right);
    double sum = LogitGap.surprisal(reading.logits(), ids.at(0));
    try (RequestKv kv = reading.kv().branch(ids.size())) {
      for (int i = 1; i < ids.size(); i++) {
        float[] logits = kv.append(TokenIds.of(ids.at(i - 1)), () -> false);
        sum += LogitGap.surprisal(logits, ids.at(i));
      }
    }
    return sum / ids.size();
  }

  private String answer(Reading reading) {
    Sampler greedy = Sampler.greedy();
    TextStream stream = new TextStream(tokenizer);
    StringBuilder text = new StringBuilder();
    float[] logits = reading.logits();
    for (int tokens = 1; ; tokens++) {
      int token = greedy.next(logits);
      if (tokenizer.isEnd(token)) {
        break;
      }
      text.append(stream.append(token));
      if (tokens == Evaluation.ANSWER_TOKENS) {
        break;
      }
      logits = reading.kv().append(TokenIds.of(token), () -> false);
    }
    return text.append(stream.finish()).toString().strip();
  }

  @Override
  public void close() {
    readers.values().forEach(Reader::close);
  }
}
