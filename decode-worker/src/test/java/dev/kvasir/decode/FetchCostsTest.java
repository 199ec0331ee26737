package dev.kvasir.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A block of 1,000 tokens and 20 MB, as the default model has them. */
class FetchCostsTest {
  private static final long BYTES = 20_000_000;
  private static final int TOKENS = 1_000;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FetchCosts costs = new FetchCosts(Duration.ofSeconds(5));

  @Test
  void fetchIsCheaper_nothingKnown_fetches() {
    assertThat(costs.fetchIsCheaper(BYTES, TOKENS)).isTrue();
  }

  @Test
  void fetchIsCheaper_oneLateFetch_encodes() {
    costs.encoded(TOKENS, SECOND);
    costs.late(BYTES, SECOND);
    assertThat(costs.fetchIsCheaper(BYTES, TOKENS)).isFalse();
  }

  @Test
  void fetchIsCheaper_trialBringsBlockAgain_fetches() {
    costs.late(BYTES, SECOND);
    costs.recovered(BYTES / 10, Duration.ofMillis(10));
    assertThat(costs.fetchIsCheaper(BYTES, TOKENS)).isTrue();
  }

  @Test
  void fetchIsCheaper_wireOfOneMebibytePerSecond_encodes() {
    costs.encoded(TOKENS, SECOND);
    for (int i = 0; i < 20; i++) {
      costs.fetched(1 << 20, SECOND);
    }
    assertThat(costs.fetchIsCheaper(BYTES, TOKENS)).isFalse();
  }

  @Test
  void hedgeAfter_fastStore_waitsFourTimesTheUsualAndNeverHalfAnEncode() {
    for (int i = 0; i < 50; i++) {
      costs.fetched(BYTES, Duration.ofMillis(50));
      costs.encoded(TOKENS, SECOND);
    }
    assertThat(costs.hedgeAfter(BYTES, TOKENS))
        .isBetween(Duration.ofMillis(195), Duration.ofMillis(205));
    assertThat(costs.hedgeAfter(BYTES * 100, TOKENS))
        .isBetween(Duration.ofMillis(495), Duration.ofMillis(505));
    assertThat(costs.hedgeAfter(1, 1)).isEqualTo(Duration.ofMillis(25));
  }

  @Test
  void probeIsDue_atFirstAndThenOnceInAWhile() {
    long now = System.nanoTime();
    assertThat(costs.probeIsDue(now)).isTrue();
    assertThat(costs.probeIsDue(now + Duration.ofSeconds(4).toNanos())).isFalse();
    assertThat(costs.probeIsDue(now + Duration.ofSeconds(5).toNanos())).isTrue();
  }
}
