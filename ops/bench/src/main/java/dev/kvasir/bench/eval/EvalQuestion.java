package dev.kvasir.bench.eval;

import dev.kvasir.bench.PassageFile.Answered;
import dev.kvasir.engine.prompt.Passage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A question of a set.
 *
 * @param occurrence how many questions before it in the set have the same text
 */
public record EvalQuestion(Answered asked, int occurrence) {

  static List<EvalQuestion> of(List<Answered> set) {
    Map<String, Integer> seen = new HashMap<>();
    List<EvalQuestion> questions = new ArrayList<>();
    for (Answered asked : set) {
      int times = seen.merge(asked.question().text(), 1, Integer::sum);
      questions.add(new EvalQuestion(asked, times - 1));
    }
    return questions;
  }

  public String text() {
    return asked.question().text();
  }

  /** What that mode reads, in the order of the prompt. */
  public List<Passage> passages(EvalMode mode) {
    return switch (mode.reads()) {
      case CLOSED -> List.of();
      case GOLD -> List.of(asked.gold());
      case FULL, BLOCKS -> asked.question().passages();
    };
  }
}
