package dev.kvasir.grid.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.Membership;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IgniteSettingsTest {
  private final IgniteSettings embedded = IgniteSettings.embedded();

  @Test
  void embedded_defaults_listenOnLoopbackWithShortReads() {
    assertThat(embedded.bindAddress()).isEqualTo("127.0.0.1");
    assertThat(embedded.discoveryPort()).isZero();
    assertThat(embedded.backups()).isEqualTo(1);
    assertThat(embedded.inFlightBytes()).isBetween(16L << 20, 32L << 20);
    assertThat(embedded.readDeadline()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void with_changes_keepTheRest() {
    IgniteSettings changed =
        embedded
            .withNode("a", 2000, 3000, List.of("h:1"))
            .withSize(1L << 30, 64)
            .withDeadlines(Duration.ofSeconds(3), Duration.ofSeconds(4));
    assertThat(changed)
        .isEqualTo(
            new IgniteSettings(
                "a",
                "127.0.0.1",
                2000,
                3000,
                Membership.member(Discovery.Static.of("h:1")),
                1,
                64,
                1L << 30,
                24L << 20,
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                embedded.workDirectory()));
  }

  @Test
  void settings_outOfRange_areRefusedWithTheirName() {
    refused("discovery-port", () -> embedded.withNode("a", 80, 0, List.of()));
    refused("communication-port", () -> embedded.withNode("a", 0, 70000, List.of()));
    refused("instance-name", () -> embedded.withNode(" ", 0, 0, List.of()));
    refused("region-bytes", () -> embedded.withSize(1000, 64));
    refused("partitions", () -> embedded.withSize(1L << 30, 4096));
    refused("read-deadline", () -> embedded.withDeadlines(Duration.ZERO, Duration.ofSeconds(1)));
  }

  private static void refused(String name, Runnable settings) {
    assertThatIllegalArgumentException().isThrownBy(settings::run).withMessageContaining(name);
  }
}
