package dev.kvasir.grid.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HazelcastSettingsTest {
  private static final Discovery KUBERNETES = new Discovery.Kubernetes("rag", "grid");
  private static final Discovery MULTICAST = new Discovery.Multicast("224.2.2.9", 54399);

  private final HazelcastSettings embedded = HazelcastSettings.embedded();

  @Test
  void embedded_defaults_listenOnLoopbackWithShortReads() {
    assertThat(embedded.bindAddress()).isEqualTo("127.0.0.1");
    assertThat(embedded.port()).isZero();
    assertThat(embedded.membership()).isEqualTo(Membership.alone());
    assertThat(embedded.backups()).isEqualTo(1);
    assertThat(embedded.inFlightBytes()).isBetween(16L << 20, 32L << 20);
    assertThat(embedded.readDeadline()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void with_changes_keepTheRest() {
    HazelcastSettings changed =
        embedded
            .withMember("a", "grid", 2000, List.of("h:1"))
            .withSize(1L << 30, 64)
            .withDeadlines(Duration.ofSeconds(3), Duration.ofSeconds(4))
            .withDataNodes(3)
            .withMembership(Membership.of(GridRole.LITE, Discovery.Static.of("i:2")));
    assertThat(changed)
        .isEqualTo(
            new HazelcastSettings(
                "a",
                "grid",
                "127.0.0.1",
                2000,
                Membership.of(GridRole.LITE, Discovery.Static.of("i:2")),
                1,
                64,
                1L << 30,
                24L << 20,
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                3));
  }

  @Test
  void settings_outOfRange_areRefusedWithTheirName() {
    refused("port", () -> embedded.withMember("a", "g", 80, List.of()));
    refused("instance-name", () -> embedded.withMember(" ", "g", 0, List.of()));
    refused("cluster-name", () -> embedded.withMember("a", "", 0, List.of()));
    refused("heap-bytes", () -> embedded.withSize(1000, 64));
    refused("partitions", () -> embedded.withSize(1L << 30, 5000));
    refused("read-deadline", () -> embedded.withDeadlines(Duration.ZERO, Duration.ofSeconds(1)));
    refused("data-nodes", () -> embedded.withDataNodes(-1));
    refused("seeds", () -> embedded.withMember("a", "g", 0, List.of("nowhere")));
    refused("seeds", () -> Membership.of(GridRole.CLIENT, Discovery.Static.of()));
    refused("port", () -> embedded.withMembership(Membership.member(KUBERNETES)));
    refused("static", () -> embedded.withMembership(Membership.of(GridRole.CLIENT, MULTICAST)));
  }

  private static void refused(String name, Runnable settings) {
    assertThatIllegalArgumentException().isThrownBy(settings::run).withMessageContaining(name);
  }
}
