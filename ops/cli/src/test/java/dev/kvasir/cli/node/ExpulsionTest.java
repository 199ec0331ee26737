package dev.kvasir.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExpulsionTest {
  private boolean in;
  private long nanos;
  private final Expulsion expulsion = new Expulsion(() -> in, Duration.ofSeconds(10), () -> nanos);

  @Test
  void happened_neverIn_waitsWithoutEnd() {
    assertAfter(1_000, false);
  }

  @Test
  void happened_outForLong_onlyAfterThePatience() {
    in = true;
    assertAfter(1, false);
    in = false;
    assertAfter(9, false);
    assertAfter(1, true);
  }

  @Test
  void happened_backInTime_startsAnew() {
    in = true;
    assertAfter(1, false);
    in = false;
    assertAfter(9, false);
    in = true;
    assertAfter(1, false);
    in = false;
    assertAfter(9, false);
  }

  private void assertAfter(int seconds, boolean happened) {
    nanos += Duration.ofSeconds(seconds).toNanos();
    assertThat(expulsion.happened()).isEqualTo(happened);
  }
}
