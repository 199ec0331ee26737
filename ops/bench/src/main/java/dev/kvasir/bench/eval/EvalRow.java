package dev.kvasir.bench.eval;

import dev.kvasir.bench.TtftRow;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All questions of one model in one mode.
 *
 * @param accuracy per cent of answers that contain a right one, the paper's metric
 * @param exact per cent of answers that are a right one
 * @param f1 mean, per cent
 * @param nll of the first right answer, nats a token; null where it is not known
 * @param sameFirst per cent of answers that begin as full attention's; null where that says nothing
 * @param klMedian divergence of the first token from full attention's, nats; null as above
 * @param computed per cent of prompt tokens that run through the model once blocks are there
 * @param ttftMillis median, from installed blocks to the first token
 */
public record EvalRow(
    String model,
    String mode,
    int questions,
    Interval accuracy,
    double exact,
    double f1,
    @Nullable Interval nll,
    @Nullable Double sameFirst,
    @Nullable Double klMean,
    @Nullable Double klMedian,
    double computed,
    double ttftMillis) {

  static EvalRow of(String model, String mode, List<EvalOutcome> outcomes) {
    List<Double> divergences = known(outcomes, EvalOutcome::kl).stream().sorted().toList();
    boolean compared = !divergences.isEmpty();
    return new EvalRow(
        model,
        mode,
        outcomes.size(),
        Interval.of(contained(outcomes)).times(100),
        percent(outcomes, outcome -> outcome.marks().exact()),
        100 * mean(outcomes, outcome -> outcome.marks().f1()),
        nll(outcomes),
        compared ? percent(outcomes, each -> Boolean.TRUE.equals(each.sameFirst())) : null,
        compared ? divergences.stream().mapToDouble(Double::doubleValue).average().orElse(0) : null,
        compared ? TtftRow.median(divergences) : null,
        100 * mean(outcomes, EvalOutcome::computed),
        TtftRow.median(outcomes.stream().map(EvalOutcome::ttftMillis).sorted().toList()));
  }

  private static @Nullable Interval nll(List<EvalOutcome> outcomes) {
    double[] known = known(outcomes, EvalOutcome::nll).stream().mapToDouble(each -> each).toArray();
    return known.length == 0 ? null : Interval.of(known);
  }

  private static List<Double> known(
      List<EvalOutcome> outcomes, Function<EvalOutcome, @Nullable Double> figure) {
    return outcomes.stream().flatMap(each -> Stream.ofNullable(figure.apply(each))).toList();
  }

  private static double[] contained(List<EvalOutcome> outcomes) {
    return outcomes.stream().mapToDouble(each -> each.marks().contained() ? 1 : 0).toArray();
  }

  private static double percent(List<EvalOutcome> outcomes, Predicate<EvalOutcome> holds) {
    return 100 * mean(outcomes, outcome -> holds.test(outcome) ? 1 : 0);
  }

  private static double mean(List<EvalOutcome> outcomes, ToDoubleFunction<EvalOutcome> figure) {
    return outcomes.stream().mapToDouble(figure).average().orElse(0);
  }
}
