package dev.kvasir.engine.sample;

import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Chooses the tokens of one generation. Not thread-safe: one instance per generation.
 *
 * <p>Temperature 0 takes the largest logit, the lowest id among equals. Otherwise an id is drawn
 * with probability proportional to {@code exp(logit / temperature)}, from the smallest set of most
 * probable ids that has at least the share {@code topP} (Holtzman et al. 2020; equals by id). All
 * in double with StrictMath, so that a seed gives the same tokens on every machine for the same
 * logits.
 */
public final class Sampler {
  private static final String GENERATOR = "L64X128MixRandom";

  private final double temperature;
  private final double topP;
  private final RandomGenerator random;

  /**
   * A sampler; without a seed every generation differs.
   *
   * @param temperature 0 or more, finite
   * @param topP in (0, 1]
   */
  public Sampler(double temperature, double topP, OptionalLong seed) {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("temperature must be 0 or more: " + temperature);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top_p must be above 0 and at most 1: " + topP);
    }
    this.temperature = temperature;
    this.topP = topP;
    RandomGeneratorFactory<RandomGenerator> factory = RandomGeneratorFactory.of(GENERATOR);
    this.random = seed.isPresent() ? factory.create(seed.getAsLong()) : factory.create();
  }

  public static Sampler greedy() {
    return new Sampler(0, 1, OptionalLong.empty());
  }

  /**
   * The next token's id.
   *
   * @throws IllegalArgumentException where no logit is a finite number
   */
  public int next(float[] logits) {
    int best = best(logits);
    if (temperature == 0) {
      return best;
    }
    double[] weights = weights(logits, logits[best]);
    if (topP < 1) {
      Nucleus.keep(weights, topP);
    }
    return draw(weights);
  }

  /** The place of the largest logit; NaN is never chosen. */
  private static int best(float[] logits) {
    int best = -1;
    for (int i = 0; i < logits.length; i++) {
      if (Float.isFinite(logits[i]) && (best < 0 || logits[i] > logits[best])) {
        best = i;
      }
    }
    if (best < 0) {
      throw new IllegalArgumentException("no logit is a finite number");
    }
    return best;
  }

  private double[] weights(float[] logits, float largest) {
    double[] weights = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      if (Float.isFinite(logits[i])) {
        weights[i] = StrictMath.exp(((double) logits[i] - largest) / temperature);
      }
    }
    return weights;
  }

  private int draw(double[] weights) {
    double left = random.nextDouble() * sum(weights);
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        last = i;
        left -= weights[i];
        if (left < 0) {
          return i;
        }
      }
    }
    return last;
  }

  static double sum(double[] weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    return sum;
  }
}
