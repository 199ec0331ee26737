package dev.kvasir.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SeparationTest {
  @Test
  void auc_apart_isOneEitherWayRound() {
    assertThat(Separation.auc(new double[] {1, 2}, new double[] {3, 4, 5})).isEqualTo(1);
    assertThat(Separation.auc(new double[] {3, 4, 5}, new double[] {1, 2})).isEqualTo(1);
  }

  @Test
  void auc_allEqual_isHalf() {
    assertThat(Separation.auc(new double[] {7, 7, 7}, new double[] {7, 7})).isEqualTo(0.5);
  }

  @Test
  void auc_anySamples_isWhatCountingPairsGives() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    double[] one = random.ints(200, 0, 50).asDoubleStream().toArray();
    double[] other = random.ints(300, 10, 60).asDoubleStream().toArray();
    double wins = 0;
    for (double a : one) {
      for (double b : other) {
        wins += a < b ? 1 : a == b ? 0.5 : 0;
      }
    }
    assertThat(Separation.auc(one, other))
        .as("seed=" + seed)
        .isCloseTo(wins / (200 * 300), within(1e-12));
  }
}
