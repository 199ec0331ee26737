package dev.kvasir.engine.sample;

import java.util.Arrays;

/**
 * How far some logits are from those of a reference.
 *
 * @param first greedy token
 * @param referenceFirst the reference's greedy token
 * @param margin of the reference's largest logit over its second
 * @param maxDifference largest absolute difference of a logit
 * @param medianDifference median absolute difference over the vocabulary
 * @param divergence Kullback-Leibler divergence from the reference's distribution, in nats
 */
public record LogitGap(
    int first,
    int referenceFirst,
    double margin,
    double maxDifference,
    double medianDifference,
    double divergence) {

  /** Compares two rows of logits of one vocabulary. */
  public static LogitGap of(float[] reference, float[] other) {
    double[] differences = new double[reference.length];
    for (int i = 0; i < reference.length; i++) {
      differences[i] = Math.abs((double) reference[i] - other[i]);
    }
    Arrays.sort(differences);
    int first = Sampler.greedy().next(reference);
    return new LogitGap(
        Sampler.greedy().next(other),
        first,
        margin(reference, first),
        differences[differences.length - 1],
        differences[differences.length / 2],
        divergence(reference, other));
  }

  /** Whether both have the same greedy token. */
  public boolean sameFirst() {
    return first == referenceFirst;
  }

  private static double margin(float[] logits, int largest) {
    double second = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
      if (i != largest) {
        second = Math.max(second, logits[i]);
      }
    }
    return logits[largest] - second;
  }

  /** Σ p · (log p - log q), never below 0 but for rounding. */
  private static double divergence(float[] reference, float[] other) {
    double referenceNorm = logOfSum(reference);
    double otherNorm = logOfSum(other);
    double sum = 0;
    for (int i = 0; i < reference.length; i++) {
      double logP = reference[i] - referenceNorm;
      sum += Math.exp(logP) * (logP - (other[i] - otherNorm));
    }
    return Math.max(0, sum);
  }

  /** How unlikely the token is: -log p, in nats. */
  public static double surprisal(float[] logits, int token) {
    return logOfSum(logits) - logits[token];
  }

  private static double logOfSum(float[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return largest + Math.log(sum);
  }
}
