package dev.kvasir.bench.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IntervalTest {
  @Test
  void of_shares_isTheNormalInterval() {
    double[] values = new double[1000];
    Arrays.fill(values, 0, 300, 1);

    Interval interval = Interval.of(values);

    double twoErrors = 1.96 * Math.sqrt(0.3 * 0.7 / 1000);
    assertThat(interval.mean()).isEqualTo(0.3, within(1e-12));
    assertThat(interval.low()).isEqualTo(0.3 - twoErrors, within(0.004));
    assertThat(interval.high()).isEqualTo(0.3 + twoErrors, within(0.004));
  }

  @Test
  void of_sameValues_isTheSameInterval() {
    double[] values = {1, 2, 5, 9};

    assertThat(Interval.of(values)).isEqualTo(Interval.of(values));
  }

  @Test
  void of_equalValues_hasNoWidth() {
    assertThat(Interval.of(new double[] {2, 2, 2})).isEqualTo(new Interval(2, 2, 2));
  }
}
