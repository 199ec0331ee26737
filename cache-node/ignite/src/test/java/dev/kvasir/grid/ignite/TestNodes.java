package dev.kvasir.grid.ignite;

import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.FreePorts;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import dev.kvasir.store.grid.table.BlockEntry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.ignite.Ignite;

/** Small nodes; each test class has ports of its own. */
final class TestNodes {
  private TestNodes() {}

  /**
   * Settings of a node at two ports from {@code port} on.
   *
   * @param seedPort discovery port of the grid's first node
   */
  static IgniteSettings settings(String name, int port, int seedPort) {
    return small().withNode(name, port, port + 1, List.of("127.0.0.1:" + seedPort));
  }

  private static IgniteSettings small() {
    return IgniteSettings.embedded()
        .withSize(256L << 20, 32)
        .withDeadlines(Duration.ofSeconds(30), Duration.ofSeconds(30));
  }

  static int freePort() {
    return FreePorts.find();
  }

  /** Settings of a member on free ports, the first one of its grid. */
  static IgniteSettings seed(String name) {
    int port = freePort();
    return small().withNode(name, port, 0, List.of());
  }

  /** Settings of a client node of that grid. */
  static IgniteSettings client(String name, IgniteSettings... members) {
    List<String> seeds =
        Arrays.stream(members).map(member -> "127.0.0.1:" + member.discoveryPort()).toList();
    return small()
        .withNode(name, 0, 0, List.of())
        .withMembership(Membership.of(GridRole.CLIENT, new Discovery.Static(seeds)));
  }

  static void clear(Ignite node) {
    node.cache(NodeConfiguration.ENTRIES).clear();
    node.cache(NodeConfiguration.RECORDS).clear();
  }

  /** Takes a record of the block away, if the block is there. */
  static void loseRecord(Ignite node, String block, int index) {
    BlockEntry entry = node.<String, BlockEntry>cache(NodeConfiguration.ENTRIES).get(block);
    if (entry != null) {
      node.cache(NodeConfiguration.RECORDS).remove(new RecordKey(entry.record(block, index)));
    }
  }

  /** The same settings with one copy of every block. */
  static IgniteSettings withoutBackups(IgniteSettings settings) {
    return new IgniteSettings(
        settings.instanceName(),
        settings.bindAddress(),
        settings.discoveryPort(),
        settings.communicationPort(),
        settings.membership(),
        0,
        settings.partitions(),
        settings.regionBytes(),
        settings.inFlightBytes(),
        settings.readDeadline(),
        settings.writeDeadline(),
        settings.workDirectory(),
        settings.dataNodes());
  }
}
