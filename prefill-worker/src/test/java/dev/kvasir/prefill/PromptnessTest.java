package dev.kvasir.prefill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptnessTest {
  private final Promptness promptness = new Promptness();

  @Test
  void isLate_twoMisses_isNot() {
    miss(2);
    assertThat(promptness.isLate()).isFalse();
  }

  @Test
  void isLate_threeMissesInARow_isUntilMostAreAnswered() {
    miss(3);
    assertThat(promptness.isLate()).isTrue();
    answer(5);
    assertThat(promptness.isLate()).isTrue();
    answer(5);
    assertThat(promptness.isLate()).isFalse();
  }

  @Test
  void isLate_oneMissInTen_isNeverLate() {
    for (int i = 0; i < 20; i++) {
      miss(1);
      answer(9);
      assertThat(promptness.isLate()).isFalse();
    }
  }

  @Test
  void isLate_everyThirdMissed_becomesLate() {
    for (int i = 0; i < 20; i++) {
      miss(1);
      answer(2);
    }
    miss(1);
    assertThat(promptness.isLate()).isTrue();
  }

  @Test
  void trialIsDue_askedAtOnceAgain_isNot() {
    long now = 10_000_000_000L;
    assertThat(promptness.trialIsDue(now)).isTrue();
    assertThat(promptness.trialIsDue(now + 1_000_000)).isFalse();
    assertThat(promptness.trialIsDue(now + 500_000_000)).isTrue();
  }

  private void miss(int count) {
    IntStream.range(0, count).forEach(_ -> promptness.missed());
  }

  private void answer(int count) {
    IntStream.range(0, count).forEach(_ -> promptness.answered());
  }
}
