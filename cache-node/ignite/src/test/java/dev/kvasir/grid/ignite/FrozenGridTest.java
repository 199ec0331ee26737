package dev.kvasir.grid.ignite;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static dev.kvasir.store.ManyBlocks.assertFails;
import static dev.kvasir.store.ManyBlocks.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.lang.IgniteInClosure;
import org.apache.ignite.plugin.extensions.communication.Message;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose messages to the others vanish. */
@Tag("cluster")
class FrozenGridTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Drops what it should send while it is frozen. */
  private static final class Freezing extends TcpCommunicationSpi {
    private volatile boolean frozen;

    @Override
    public void sendMessage(
        ClusterNode node,
        Message message,
        @Nullable IgniteInClosure<IgniteException> acknowledged) {
      if (!frozen) {
        super.sendMessage(node, message, acknowledged);
      }
    }

    @Override
    public void sendMessage(ClusterNode node, Message message) {
      if (!frozen) {
        super.sendMessage(node, message);
      }
    }
  }

  @Test
  void get_gridDoesNotAnswer_failsAtItsDeadlineAndWorksAgainLater(@TempDir Path work)
      throws InterruptedException {
    IgniteSettings far = TestNodes.withoutBackups(TestNodes.settings("far", 47740, 47740));
    IgniteSettings near = TestNodes.withoutBackups(TestNodes.settings("near", 47750, 47740));
    Freezing communication = new Freezing();
    try (Ignite other = start(far, new Freezing(), work);
        Ignite node = start(near, communication, work)) {
      awaitShare(node);
      int number = numberOfBlockElsewhere(node);
      EncodedBlock block = block(number, 40, 1000);
      assertThat(store(node, near).put(block, info())).succeedsWithin(PATIENCE);
      Duration deadline = Duration.ofMillis(300);
      BlockStore hasty = store(node, near.withDeadlines(deadline, deadline));
      communication.frozen = true;
      for (int i = 0; i < 3; i++) {
        assertFails(read(hasty, number));
      }
      assertFails(hasty.put(block, info()));
      communication.frozen = false;
      assertThat(read(store(node, near), number)).succeedsWithin(PATIENCE);
      assertThat(other.cluster().nodes()).hasSize(2);
    }
  }

  private static Ignite start(IgniteSettings settings, Freezing communication, Path work) {
    int port = settings.communicationPort();
    communication.setLocalPort(port);
    communication.setLocalPortRange(0);
    IgniteConfiguration configuration =
        new NodeConfiguration(settings, Optional.empty())
            .build(settings.discoveryPort(), port, work);
    return Ignition.start(configuration.setCommunicationSpi(communication));
  }

  /** A node that joins owns partitions only after they were rebalanced to it. */
  private static void awaitShare(Ignite node) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (String cache : List.of(NodeConfiguration.ENTRIES, NodeConfiguration.RECORDS)) {
      while (node.affinity(cache).primaryPartitions(node.cluster().localNode()).length == 0) {
        assertThat(System.nanoTime()).as("partitions of %s", cache).isLessThan(end);
        Thread.sleep(10);
      }
    }
  }

  private static int numberOfBlockElsewhere(Ignite node) {
    return IntStream.range(0, 10_000)
        .filter(number ->
            !node.affinity(NodeConfiguration.ENTRIES)
                .isPrimary(node.cluster().localNode(), key(number).hex()))
        .findFirst()
        .orElseThrow();
  }

  private static BlockStore store(Ignite node, IgniteSettings settings) {
    return IgniteGrid.store(node, settings);
  }
}
