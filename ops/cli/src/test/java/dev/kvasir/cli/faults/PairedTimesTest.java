package dev.kvasir.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.cli.api.Answer;
import dev.kvasir.cli.faults.PairedTimes.Pair;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedTimesTest {
  private static Answer answer(String text, int millis) {
    return new Answer(text, 1_000, 1_000, 0, Duration.ofMillis(millis));
  }

  @Test
  void tails_hundredPairs_leaveFiveOfEachAbove() {
    PairedTimes times =
        new PairedTimes(
            IntStream.rangeClosed(1, 100)
                .mapToObj(i -> new Pair(answer("a", 2 * i), answer("a", 101 - i)))
                .toList());
    assertThat(times.tailWith()).isEqualTo(190);
    assertThat(times.tailWithout()).isEqualTo(95);
  }

  @Test
  void medianRatio_outlier_isOfThePairInTheMiddle() {
    PairedTimes times =
        new PairedTimes(
            List.of(
                new Pair(answer("a", 900), answer("a", 100)),
                new Pair(answer("a", 50), answer("a", 100)),
                new Pair(answer("a", 300), answer("a", 200))));
    assertThat(times.medianRatio()).isEqualTo(1.5);
  }

  @Test
  void differing_otherText_isCounted() {
    PairedTimes times =
        new PairedTimes(
            List.of(
                new Pair(answer("Oslo", 1), answer("Oslo", 1)),
                new Pair(answer("Oslo", 1), answer("Bergen", 1))));
    assertThat(times.differing()).isEqualTo(1);
  }

  @Test
  void pairs_none_isRefused() {
    assertThatThrownBy(() -> new PairedTimes(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
