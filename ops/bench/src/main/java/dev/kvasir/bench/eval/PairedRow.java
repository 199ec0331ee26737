package dev.kvasir.bench.eval;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Two settings over the questions that both were asked: the first minus the second, question by
 * question.
 *
 * @param accuracy points
 * @param f1 points
 * @param nll nats a token; below 0 the first finds the right answer likelier
 * @param sameAnswer per cent of equal answers
 */
public record PairedRow(
    String setting,
    String against,
    int questions,
    Interval accuracy,
    Interval f1,
    Interval nll,
    double sameAnswer) {

  /** One question in both settings. */
  private record Pair(EvalOutcome one, EvalOutcome other) {
    double difference(ToDoubleFunction<EvalOutcome> figure) {
      return figure.applyAsDouble(one) - figure.applyAsDouble(other);
    }
  }

  static PairedRow of(
      String setting, List<EvalOutcome> ones, String against, List<EvalOutcome> others) {
    Map<String, EvalOutcome> byQuestion =
        others.stream().collect(Collectors.toMap(EvalOutcome::question, Function.identity()));
    List<Pair> pairs =
        ones.stream()
            .flatMap(one ->
                Optional.ofNullable(byQuestion.get(one.question()))
                    .map(other -> new Pair(one, other))
                    .stream())
            .toList();
    return new PairedRow(
        setting,
        against,
        pairs.size(),
        interval(pairs, each -> each.marks().contained() ? 100 : 0),
        interval(pairs, each -> 100 * each.marks().f1()),
        interval(pairs, EvalOutcome::nll),
        100 * pairs.stream().mapToDouble(PairedRow::same).average().orElse(0));
  }

  private static double same(Pair pair) {
    return pair.one().answer().equals(pair.other().answer()) ? 1 : 0;
  }

  private static Interval interval(List<Pair> pairs, ToDoubleFunction<EvalOutcome> figure) {
    return Interval.of(pairs.stream().mapToDouble(pair -> pair.difference(figure)).toArray());
  }
}
