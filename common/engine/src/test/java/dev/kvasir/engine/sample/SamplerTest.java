package dev.kvasir.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final int DRAWS = 200_000;

  @Test
  void next_greedy_takesTheLargestAndTheLowestIdOfEquals() {
    Sampler sampler = Sampler.greedy();
    assertThat(sampler.next(new float[] {1, 3, 2})).isEqualTo(1);
    assertThat(sampler.next(new float[] {-5, -1, -1, -1})).isEqualTo(1);
    assertThat(sampler.next(new float[] {0f, -0f})).isZero();
    assertThat(sampler.next(new float[] {Float.NaN, -2, Float.NEGATIVE_INFINITY})).isEqualTo(1);
  }

  @Test
  void next_noNumbers_isRefused() {
    float[] none = {Float.NaN, Float.NEGATIVE_INFINITY};
    assertThatThrownBy(() -> Sampler.greedy().next(none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no logit is a finite number");
  }

  @Test
  void next_temperature_drawsBySoftmax() {
    float[] logits = {1f, 2f, 0.5f, -3f, Float.NEGATIVE_INFINITY};
    for (double temperature : new double[] {0.5, 1, 2}) {
      double[] wanted = probabilities(logits, temperature, 1);
      assertFrequencies(new Sampler(temperature, 1, OptionalLong.of(7)), logits, wanted);
    }
  }

  @Test
  void next_topP_drawsFromTheSmallestSetOnly() {
    float[] logits = {0.1f, 2f, 1.5f, -1f, 1.5f, 0.2f};
    for (double topP : new double[] {0.01, 0.3, 0.5, 0.8, 0.95, 0.999}) {
      double[] wanted = probabilities(logits, 0.9, topP);
      assertFrequencies(new Sampler(0.9, topP, OptionalLong.of(11)), logits, wanted);
    }
  }

  @Test
  void next_topPAmongEquals_keepsTheLowestIds() {
    Sampler sampler = new Sampler(1, 0.5, OptionalLong.of(3));
    float[] logits = {1, 1, 1, 1};
    assertThat(IntStream.range(0, 1000).map(i -> sampler.next(logits)).distinct().sorted())
        .containsExactly(0, 1);
  }

  @Test
  void keep_randomWeights_equalsTheOracle() {
    long seed = Long.getLong("kvasir.seed", System.nanoTime());
    System.out.println("SamplerTest seed=" + seed + " (repeat with -Dkvasir.seed)");
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      float[] logits = new float[1 + random.nextInt(40)];
      for (int id = 0; id < logits.length; id++) {
        logits[id] = random.nextInt(9) - 4;
      }
      double topP = 0.05 + 0.9 * random.nextDouble();
      double[] weights = Arrays.copyOf(probabilities(logits, 1, 1), logits.length);
      Nucleus.keep(weights, topP);
      assertThat(kept(weights)).isEqualTo(kept(probabilities(logits, 1, topP)));
    }
  }

  @Test
  void next_sameSeed_givesTheSameTokens() {
    float[] logits = randomLogits(49_152);
    List<Integer> first = tokens(OptionalLong.of(42), logits);
    assertThat(tokens(OptionalLong.of(42), logits)).isEqualTo(first);
    assertThat(tokens(OptionalLong.of(43), logits)).isNotEqualTo(first);
    assertThat(tokens(OptionalLong.empty(), logits))
        .isNotEqualTo(tokens(OptionalLong.empty(), logits));
  }

  /** Written down from a first run: named generator and StrictMath make it hold everywhere. */
  @Test
  void next_seed42_givesTheTokensOfEveryMachine() {
    Sampler sampler = new Sampler(0.8, 0.9, OptionalLong.of(42));
    float[] logits = {0, 1, 2, 3, 2, 1, 0};
    assertThat(IntStream.range(0, 12).map(i -> sampler.next(logits)))
        .containsExactly(3, 3, 3, 3, 3, 2, 3, 4, 2, 4, 2, 4);
  }

  @Test
  void next_extremeTemperatures_stayInTheVocabulary() {
    float[] logits = {-1e30f, 3e38f, 0};
    assertThat(new Sampler(Double.MIN_VALUE, 1, OptionalLong.of(1)).next(logits)).isEqualTo(1);
    assertThat(new Sampler(1e-9, 0.5, OptionalLong.of(1)).next(logits)).isEqualTo(1);
    assertThat(new Sampler(1e300, 1, OptionalLong.of(1)).next(logits)).isBetween(0, 2);
  }

  @Test
  void construct_valuesOutOfRange_areRefused() {
    for (double temperature : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new Sampler(temperature, 1, OptionalLong.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("temperature must be 0 or more");
    }
    for (double topP : new double[] {0, -1, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> new Sampler(1, topP, OptionalLong.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("top_p must be above 0 and at most 1");
    }
  }

  private static void assertFrequencies(Sampler sampler, float[] logits, double[] wanted) {
    int[] counts = new int[logits.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[sampler.next(logits)]++;
    }
    for (int id = 0; id < logits.length; id++) {
      double deviation = Math.sqrt(wanted[id] * (1 - wanted[id]) / DRAWS);
      assertThat(counts[id] / (double) DRAWS)
          .as("id %d", id)
          .isCloseTo(wanted[id], within(5 * deviation));
    }
  }

  /** The textbook: softmax, sort, cut, normalise again. */
  private static double[] probabilities(float[] logits, double temperature, double topP) {
    double[] weights =
        IntStream.range(0, logits.length)
            .mapToDouble(i -> Math.exp(logits[i] / temperature))
            .toArray();
    double total = Arrays.stream(weights).sum();
    List<Integer> order =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.<Integer>comparingDouble(i -> -weights[i]))
            .toList();
    double[] kept = new double[logits.length];
    double sum = 0;
    for (int id : order) {
      if (sum < topP * total) {
        kept[id] = weights[id];
        sum += weights[id];
      }
    }
    double share = sum;
    return Arrays.stream(kept).map(weight -> weight / share).toArray();
  }

  private static List<Integer> kept(double[] weights) {
    return IntStream.range(0, weights.length).filter(i -> weights[i] > 0).boxed().toList();
  }

  private static List<Integer> tokens(OptionalLong seed, float[] logits) {
    Sampler sampler = new Sampler(1, 0.9, seed);
    return IntStream.range(0, 20).mapToObj(i -> sampler.next(logits)).toList();
  }

  private static float[] randomLogits(int count) {
    Random random = new Random(5);
    float[] logits = new float[count];
    for (int i = 0; i < count; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    return logits;
  }
}
