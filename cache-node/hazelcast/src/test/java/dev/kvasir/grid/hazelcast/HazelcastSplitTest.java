package dev.kvasir.grid.hazelcast;

import static dev.kvasir.grid.hazelcast.TestMembers.await;
import static dev.kvasir.grid.hazelcast.TestMembers.until;
import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.delete.Deletions;
import dev.kvasir.store.delete.GuardedStore;
import dev.kvasir.store.delete.RepeatedDeletions;
import dev.kvasir.store.delete.Selector;
import dev.kvasir.store.delete.Tombstones;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two parts of a grid that meet: the first member knows nobody, and the second one was there before
 * it, so each makes a grid of its own until the second finds the first.
 */
@Tag("cluster")
class HazelcastSplitTest {
  private static final Selector DELETED = new Selector.Key(key(1));

  private final int known = TestMembers.freePort();

  private record Part(HazelcastGrid grid, Tombstones tombstones, RepeatedDeletions repeated)
      implements AutoCloseable {
    BlockStore store() {
      return new GuardedStore(grid.blocks(), tombstones);
    }

    @Override
    public void close() {
      repeated.close();
      grid.close();
    }
  }

  @Test
  void deletion_inOnePart_winsOverWhatTheOtherHadEncodedBefore() {
    try (Part second = part("second", TestMembers.freePort());
        Part first = part("first", known)) {
      for (int i = 0; i < 3; i++) {
        await(second.tombstones().bury(new Selector.Model("another")));
      }
      store(second, 1);
      store(second, 2);
      await(first.tombstones().bury(DELETED));
      until(() -> first.grid().members().size() == 2 && second.grid().members().size() == 2);

      until(() -> found(first.grid().blocks(), 2) && !found(first.grid().blocks(), 1));
      until(() -> await(second.tombstones().generation()) > 3);
      assertThat(found(first.store(), 1)).isFalse();
      assertThat(found(second.store(), 1)).isFalse();
      until(
          () -> await(first.tombstones().all()).tombstones().getOrDefault(DELETED.text(), 0L) > 3);
      store(second, 1);
      assertThat(found(first.store(), 1)).isTrue();
    }
  }

  private Part part(String name, int port) {
    HazelcastGrid grid = HazelcastGrid.start(TestMembers.member(name, port, known));
    Tombstones tombstones = new Tombstones(grid.map(Tombstones.MAP), Duration.ofMinutes(10));
    Deletions deletions = new Deletions(grid, grid.blocks(), tombstones, Duration.ofMillis(100));
    return new Part(grid, tombstones, new RepeatedDeletions(grid, deletions));
  }

  private static void store(Part part, int number) {
    long generation = await(part.tombstones().generation());
    BlockInfo info = new BlockInfo("model", "tenant:a", generation, Set.of(), Instant.EPOCH);
    assertThat(await(part.store().put(block(number, 2, 100), info))).isEqualTo(PutOutcome.STORED);
  }

  private static boolean found(BlockStore store, int number) {
    BlockKey key = key(number);
    Optional<EncodedBlock> read = await(store.get(List.of(key)).values().iterator().next());
    return read.isPresent();
  }
}
