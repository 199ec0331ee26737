package dev.kvasir.bench.eval;

import java.util.List;
import java.util.function.Consumer;

/** Asks one question after another and marks the answers; one thread's. */
public interface Examiner extends AutoCloseable {

  /** Asks in each of the modes and hands the outcomes on as they come. */
  void ask(EvalQuestion question, List<EvalMode> modes, Consumer<EvalOutcome> done);

  @Override
  void close();
}
