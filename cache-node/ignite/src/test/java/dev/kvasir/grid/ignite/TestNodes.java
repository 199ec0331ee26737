package dev.kvasir.grid.ignite;

import java.time.Duration;
import java.util.List;

/** Small nodes; each test class has ports of its own. */
final class TestNodes {
  private TestNodes() {}

  /**
   * Settings of a node at two ports from {@code port} on.
   *
   * @param seedPort discovery port of the grid's first node
   */
  static IgniteSettings settings(String name, int port, int seedPort) {
    return IgniteSettings.embedded()
        .withNode(name, port, port + 1, List.of("127.0.0.1:" + seedPort))
        .withSize(256L << 20, 32)
        .withDeadlines(Duration.ofSeconds(30), Duration.ofSeconds(30));
  }

  /** The same settings with one copy of every block. */
  static IgniteSettings withoutBackups(IgniteSettings settings) {
    return new IgniteSettings(
        settings.instanceName(),
        settings.bindAddress(),
        settings.discoveryPort(),
        settings.communicationPort(),
        settings.seeds(),
        0,
        settings.partitions(),
        settings.regionBytes(),
        settings.inFlightBytes(),
        settings.readDeadline(),
        settings.writeDeadline(),
        settings.workDirectory());
  }
}
