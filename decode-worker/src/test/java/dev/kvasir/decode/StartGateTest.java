package dev.kvasir.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.engine.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartGateTest {
  private long now;
  private final StartGate gate =
      new StartGate(new DecodeOptions.Overload(1, Duration.ofSeconds(2)), 4, () -> now);

  @Test
  void enter_shortCrowd_isLetIn() {
    for (int round = 0; round < 5; round++) {
      List<StartGate.Start> crowd = enter(10);
      pass(1_900);
      crowd.forEach(StartGate.Start::close);
    }
    assertThat(gate.refuses()).isFalse();
  }

  @Test
  void enter_crowdThatStays_isRefusedUntilOneCanStartAtOnce() {
    List<StartGate.Start> crowd = enter(3);
    pass(2_000);
    assertThatThrownBy(() -> gate.enter()).isInstanceOf(OverloadedException.class);
    crowd.get(0).close();
    crowd.get(0).close();
    crowd.get(1).close();
    assertThatThrownBy(() -> gate.enter()).isInstanceOf(OverloadedException.class);
    crowd.get(2).close();
    gate.enter().close();
  }

  @Test
  void enter_overloadedAndAllTurnsTaken_isRefusedUntilARequestHasEnded() {
    List<StartGate.Start> running = enter(4);
    running.forEach(StartGate.Start::started);
    gate.refused();
    assertThatThrownBy(() -> gate.enter()).isInstanceOf(OverloadedException.class);
    running.getFirst().close();
    gate.enter().close();
  }

  @Test
  void enter_whileOthersAreRefused_staysOverloaded() {
    List<StartGate.Start> crowd = enter(3);
    pass(2_000);
    assertThat(gate.refuses()).isTrue();
    crowd.forEach(StartGate.Start::close);
    for (int i = 0; i < 10; i++) {
      pass(1_500);
      StartGate.Start one = gate.enter();
      assertThat(gate.refuses()).isTrue();
      one.close();
    }
  }

  @Test
  void enter_afterNobodyWasRefusedForAWhile_takesCrowdsAgain() {
    gate.refused();
    StartGate.Start one = gate.enter();
    assertThat(gate.refuses()).isTrue();
    pass(2_000);
    enter(5).forEach(StartGate.Start::close);
    one.close();
  }

  private List<StartGate.Start> enter(int requests) {
    List<StartGate.Start> starts = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      starts.add(gate.enter());
    }
    return starts;
  }

  private void pass(long millis) {
    now += Duration.ofMillis(millis).toNanos();
  }
}
