package dev.kvasir.bench.eval;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Two settings over the questions that both were asked: the first minus the second, question by
 * question.
 *
 * @param accuracy points
 * @param f1 points
 * @param nll nats a token; below 0 the first finds the right answer likelier; null where it is not
 *     known of both
 * @param sameAnswer per cent of equal answers
 */
public record PairedRow(
    String setting,
    String against,
    int questions,
    Interval accuracy,
    Interval f1,
    @Nullable Interval nll,
    double sameAnswer) {

  private record Question(String text, int occurrence) {
    static Question of(EvalOutcome outcome) {
      return new Question(outcome.question(), outcome.occurrence());
    }
  }

  /** One question in both settings. */
  private record Pair(EvalOutcome one, EvalOutcome other) {
    double difference(ToDoubleFunction<EvalOutcome> figure) {
      return figure.applyAsDouble(one) - figure.applyAsDouble(other);
    }
  }

  static PairedRow of(
      String setting, List<EvalOutcome> ones, String against, List<EvalOutcome> others) {
    Map<Question, EvalOutcome> byQuestion =
        others.stream().collect(Collectors.toMap(Question::of, Function.identity()));
    List<Pair> pairs =
        ones.stream()
            .flatMap(one ->
                Optional.ofNullable(byQuestion.get(Question.of(one)))
                    .map(other -> new Pair(one, other))
                    .stream())
            .toList();
    return new PairedRow(
        setting,
        against,
        pairs.size(),
        interval(pairs, each -> each.marks().contained() ? 100 : 0),
        interval(pairs, each -> 100 * each.marks().f1()),
        nll(pairs),
        100 * pairs.stream().mapToDouble(PairedRow::same).average().orElse(0));
  }

  private static @Nullable Interval nll(List<Pair> pairs) {
    double[] known = pairs.stream().flatMapToDouble(PairedRow::likelier).toArray();
    return known.length == 0 ? null : Interval.of(known);
  }

  private static DoubleStream likelier(Pair pair) {
    Double one = pair.one().nll();
    Double other = pair.other().nll();
    return one == null || other == null ? DoubleStream.empty() : DoubleStream.of(one - other);
  }

  private static double same(Pair pair) {
    return pair.one().answer().equals(pair.other().answer()) ? 1 : 0;
  }

  private static Interval interval(List<Pair> pairs, ToDoubleFunction<EvalOutcome> figure) {
    return Interval.of(pairs.stream().mapToDouble(pair -> pair.difference(figure)).toArray());
  }
}
