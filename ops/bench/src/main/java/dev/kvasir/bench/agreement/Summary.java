package dev.kvasir.bench.agreement;

import dev.kvasir.bench.TtftRow;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Many questions of one mode in a line.
 *
 * @param same questions whose first token is equal
 * @param lostMargin of the questions whose first token is another: the reference's largest margin
 *     of its token over the second; 0 if there is none
 */
record Summary(String name, int questions, int same, double lostMargin) {

  static Summary of(String name, List<Outcome> outcomes, Predicate<Outcome> isSame) {
    List<Outcome> lost = outcomes.stream().filter(isSame.negate()).toList();
    return new Summary(
        name,
        outcomes.size(),
        outcomes.size() - lost.size(),
        largest(lost, outcome -> outcome.gap().margin()));
  }

  double share() {
    return same / (double) questions;
  }

  static double largest(List<Outcome> outcomes, ToDoubleFunction<Outcome> figure) {
    return outcomes.stream().mapToDouble(figure).max().orElse(0);
  }

  static double median(List<Outcome> outcomes, ToDoubleFunction<Outcome> figure) {
    return TtftRow.median(outcomes.stream().mapToDouble(figure).sorted().boxed().toList());
  }
}
