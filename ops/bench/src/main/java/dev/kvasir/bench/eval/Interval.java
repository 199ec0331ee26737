package dev.kvasir.bench.eval;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A mean over questions with its 95 % bootstrap interval (Efron 1979): the percentiles of the means
 * of {@value #SAMPLES} samples drawn with replacement. The same values give the same interval.
 */
public record Interval(double mean, double low, double high) {
  private static final int SAMPLES = 2_000;
  private static final long SEED = 42;

  /** Of one value a question; of none, zeros. */
  static Interval of(double[] values) {
    if (values.length == 0) {
      return new Interval(0, 0, 0);
    }
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    double[] means = new double[SAMPLES];
    Arrays.setAll(means, _ -> sampledMean(values, random));
    Arrays.sort(means);
    double mean = Arrays.stream(values).average().orElse(0);
    return new Interval(mean, means[SAMPLES * 25 / 1000], means[SAMPLES * 975 / 1000 - 1]);
  }

  private static double sampledMean(double[] values, RandomGenerator random) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[random.nextInt(values.length)];
    }
    return sum / values.length;
  }

  /** All three multiplied, as for per cent. */
  Interval times(double factor) {
    return new Interval(mean * factor, low * factor, high * factor);
  }
}
