package dev.kvasir.grid.hazelcast;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static dev.kvasir.store.ManyBlocks.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.PartitionService;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A member whose process is stopped, and goes on later. */
@Tag("cluster")
class FrozenGridTest {
  private static final Duration PATIENCE = TestMembers.PATIENCE;

  @Test
  void get_memberFrozen_onlyItsBlocksFailAtTheirDeadlineAndComeBackLater()
      throws IOException, InterruptedException {
    int port = TestMembers.freePort();
    HazelcastSettings settings = TestMembers.withoutBackups(TestMembers.member("near", port, port));
    try (HazelcastGrid grid = HazelcastGrid.start(settings);
        FarMember member = FarMember.start(TestMembers.freePort(), port)) {
      HazelcastInstance near = TestMembers.instance("near");
      awaitShare(near);
      EncodedBlock far = block(numberOfBlock(near, false), 40, 1000);
      EncodedBlock own = block(numberOfBlock(near, true), 40, 1000);
      assertThat(grid.blocks().put(far, info())).succeedsWithin(PATIENCE);
      assertThat(grid.blocks().put(own, info())).succeedsWithin(PATIENCE);
      Duration deadline = Duration.ofMillis(300);
      BlockStore hasty =
          HazelcastGrid.store(() -> near, settings.withDeadlines(deadline, deadline));
      member.signal("STOP");
      for (int i = 0; i < 3; i++) {
        assertOnlyTheFarOneFails(hasty, own.key(), far.key());
      }
      assertFails(hasty.put(far, info()));
      member.signal("CONT");
      assertThat(grid.blocks().get(List.of(far.key())).get(far.key()))
          .isNotNull()
          .succeedsWithin(PATIENCE)
          .extracting(Optional::isPresent)
          .isEqualTo(true);
      assertThat(grid.members()).hasSize(2);
    }
  }

  private static void assertOnlyTheFarOneFails(BlockStore store, BlockKey own, BlockKey far) {
    Map<BlockKey, CompletableFuture<Optional<EncodedBlock>>> answers = store.get(List.of(own, far));
    assertFails(answers.getOrDefault(far, new CompletableFuture<>()));
    assertThat(answers.get(own)).isNotNull().succeedsWithin(PATIENCE);
  }

  /** A member that joins owns partitions only after they were moved to it. */
  private static void awaitShare(HazelcastInstance near) throws InterruptedException {
    PartitionService partitions = near.getPartitionService();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (partitions.getPartitions().stream()
            .allMatch(partition -> near.getCluster().getLocalMember().equals(partition.getOwner()))
        || !partitions.isClusterSafe()) {
      assertThat(System.nanoTime()).as("partitions of the far member").isLessThan(end);
      Thread.sleep(10);
    }
  }

  private static int numberOfBlock(HazelcastInstance near, boolean own) {
    return IntStream.range(0, 10_000)
        .filter(number ->
            near.getCluster()
                    .getLocalMember()
                    .equals(near.getPartitionService().getPartition(key(number).hex()).getOwner())
                == own)
        .findFirst()
        .orElseThrow();
  }
}
