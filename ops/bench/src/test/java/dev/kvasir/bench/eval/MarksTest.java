package dev.kvasir.bench.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected values are those of SQuAD's own evaluation script. */
class MarksTest {
  @Test
  void of_answerInsideASentence_isContainedAndNotExact() {
    Marks marks = Marks.of("It was introduced in 1913.", List.of("1913"));

    assertThat(marks.contained()).isTrue();
    assertThat(marks.exact()).isFalse();
    assertThat(marks.f1()).isEqualTo(2.0 / 6, within(1e-12));
  }

  @Test
  void of_articlesCaseAndPunctuation_doNotCount() {
    Marks marks = Marks.of("  the U.S. Senate!\n", List.of("A US senate"));

    assertThat(marks).isEqualTo(new Marks(true, true, 1));
  }

  @Test
  void of_severalRightOnes_theBestCounts() {
    Marks marks = Marks.of("Ada Brook", List.of("Brook", "Ada Lee Brook"));

    assertThat(marks.contained()).isTrue();
    assertThat(marks.f1()).isEqualTo(0.8, within(1e-12));
  }

  @Test
  void of_repeatedWords_areCountedOnce() {
    assertThat(Marks.of("york york", List.of("new york")).f1()).isEqualTo(0.5, within(1e-12));
  }

  @Test
  void of_nothing_isWrong() {
    assertThat(Marks.of("", List.of("1913"))).isEqualTo(new Marks(false, false, 0));
  }

  @Test
  void normal_wordsThatBeginLikeArticles_stay() {
    assertThat(Marks.normal("Another theory, an \"answer\"")).isEqualTo("another theory answer");
  }
}
