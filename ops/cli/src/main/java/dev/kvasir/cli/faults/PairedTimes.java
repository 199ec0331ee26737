package dev.kvasir.cli.faults;

import dev.kvasir.cli.api.Answer;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The same prompts asked of a worker with a grid and of one without a store.
 *
 * @param pairs one for each prompt
 */
record PairedTimes(List<Pair> pairs) {
  private static final double TAIL = 0.95;

  PairedTimes {
    pairs = List.copyOf(pairs);
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("pairs must not be empty");
    }
  }

  /** Two answers to one prompt. */
  record Pair(Answer with, Answer without) {
    private double ratio() {
      return millis(with) / millis(without);
    }

    private boolean differs() {
      return !with.text().equals(without.text());
    }
  }

  /** 95 of 100 first tokens came within so many milliseconds, with the grid. */
  double tailWith() {
    return share(pair -> millis(pair.with()), TAIL);
  }

  /** The same without a store. */
  double tailWithout() {
    return share(pair -> millis(pair.without()), TAIL);
  }

  double medianRatio() {
    return share(Pair::ratio, 0.5);
  }

  long differing() {
    return pairs.stream().filter(Pair::differs).count();
  }

  private double share(ToDoubleFunction<Pair> value, double share) {
    List<Double> sorted = pairs.stream().map(value::applyAsDouble).sorted().toList();
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  private static double millis(Answer answer) {
    return answer.timeToFirstToken().toNanos() / 1e6;
  }
}
