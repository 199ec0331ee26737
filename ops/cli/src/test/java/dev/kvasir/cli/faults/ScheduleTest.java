package dev.kvasir.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void next_aRound_hasEveryFaultOnce() {
    assertThat(take(3, Fault.values().length).map(Schedule.Planned::fault))
        .containsExactlyInAnyOrder(Fault.values());
  }

  @Test
  void next_equalSeeds_equalFaults() {
    List<Schedule.Planned> once = take(7, 50).toList();

    assertThat(take(7, 50)).containsExactlyElementsOf(once);
    assertThat(take(8, 50).toList()).isNotEqualTo(once);
  }

  @Test
  void prompts_equalSeeds_areEqual() {
    assertThat(prompts(5)).isEqualTo(prompts(5)).isNotEqualTo(prompts(6));
  }

  private static List<Prompt> prompts(long seed) {
    Prompts prompts = new Prompts(seed);
    return prompts.fresh(prompts.passages(4, 2), 5, 2, 0);
  }

  private static Stream<Schedule.Planned> take(long seed, int count) {
    Schedule schedule = new Schedule(seed);
    return Stream.generate(schedule::next).limit(count);
  }
}
