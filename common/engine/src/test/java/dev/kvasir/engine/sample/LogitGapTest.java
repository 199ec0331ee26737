package dev.kvasir.engine.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LogitGapTest {
  private static final Offset<Double> ROUNDING = within(1e-6);

  @Test
  void of_twoDistributions_isWorkedOutByHand() {
    // p = (1/8, 2/8, 5/8), q = (1/2, 1/4, 1/4)
    float[] reference = {log(1), log(2), log(5)};
    float[] other = {log(2), log(1), log(1)};

    LogitGap gap = LogitGap.of(reference, other);

    assertThat(gap.referenceFirst()).isEqualTo(2);
    assertThat(gap.first()).isZero();
    assertThat(gap.sameFirst()).isFalse();
    assertThat(gap.margin()).isCloseTo(Math.log(5 / 2.0), ROUNDING);
    assertThat(gap.maxDifference()).isCloseTo(Math.log(5), ROUNDING);
    assertThat(gap.medianDifference()).isCloseTo(Math.log(2), ROUNDING);
    double divergence = 0.125 * Math.log(0.25) + 0.25 * Math.log(1) + 0.625 * Math.log(2.5);
    assertThat(gap.divergence()).isCloseTo(divergence, ROUNDING);
  }

  @Test
  void of_allLogitsMovedAlike_isTheSameDistribution() {
    LogitGap gap = LogitGap.of(new float[] {90, 100, 95}, new float[] {-10, 0, -5});

    assertThat(gap.sameFirst()).isTrue();
    assertThat(gap.maxDifference()).isEqualTo(100);
    assertThat(gap.divergence()).isCloseTo(0, ROUNDING);
  }

  private static float log(double value) {
    return (float) Math.log(value);
  }
}
