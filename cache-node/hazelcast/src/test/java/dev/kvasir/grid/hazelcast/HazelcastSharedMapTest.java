package dev.kvasir.grid.hazelcast;

import static dev.kvasir.grid.hazelcast.HazelcastSharedMap.seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kvasir.store.grid.SharedMap;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HazelcastSharedMapTest {
  @Test
  void seconds_anyTime_isNeverShortAndAtMostTwoSecondsLong() {
    assertThat(seconds(Duration.ofNanos(1))).isEqualTo(2);
    assertThat(seconds(Duration.ofMillis(500))).isEqualTo(2);
    assertThat(seconds(Duration.ofSeconds(1))).isEqualTo(2);
    assertThat(seconds(Duration.ofMillis(1001))).isEqualTo(3);
    assertThat(seconds(Duration.ofDays(7))).isEqualTo(7 * 24 * 3600 + 1);
  }

  @Test
  void seconds_forever_isHazelcastsForever() {
    assertThat(seconds(SharedMap.FOREVER)).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> seconds(Duration.ofSeconds(-1)));
  }
}
