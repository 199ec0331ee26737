package dev.kvasir.grid.hazelcast;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static dev.kvasir.store.Blocks.key;
import static dev.kvasir.store.ManyBlocks.assertFails;
import static dev.kvasir.store.ManyBlocks.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.SharedMap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HazelcastGridTest {
  @Test
  void start_portInUse_saysWhatToChange() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> HazelcastGrid.start(TestMembers.member("taken", port, port)))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(Integer.toString(port))
          .hasMessageContaining("choose another one");
    }
  }

  @Test
  void start_otherPartitionCount_saysWhatMustBeTheSame() {
    int port = TestMembers.freePort();
    try (HazelcastGrid grid = HazelcastGrid.start(TestMembers.member("one", port, port))) {
      HazelcastSettings other = TestMembers.member("other", 0, port).withSize(256L << 20, 64);
      assertThatThrownBy(() -> HazelcastGrid.start(other))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("same backups and partitions");
      assertThat(grid.members()).containsExactly(grid.self());
    }
  }

  @Test
  void store_memberStopped_failsWithStoreExceptionAndNeverHangs() {
    HazelcastSettings settings = TestMembers.member("stopped", 0, TestMembers.freePort());
    try (HazelcastGrid grid = HazelcastGrid.start(settings)) {
      BlockStore store = grid.blocks();
      store.put(block(1, 2, 100), info()).join();
      assertThat(grid.members()).containsExactly(grid.self());
      TestMembers.instance("stopped").getLifecycleService().terminate();
      assertThat(grid.members()).isEmpty();
      assertThat(grid.healthy()).isFalse();
      assertThat(grid.expelled()).isTrue();
      assertFails(grid.map("pins").putIfAbsent("a", "1", SharedMap.FOREVER));
      assertFails(grid.map("pins").entries());
      assertFails(read(store, 1));
      assertFails(store.put(block(2, 1, 10), info()));
      assertFails(store.contains(List.of(key(1))));
      assertFails(store.remove(key(1)));
      assertThatThrownBy(() -> store.list(null, 1)).isInstanceOf(StoreException.class);
      assertThatThrownBy(store::stats).isInstanceOf(StoreException.class);
    }
  }

  @Test
  void put_moreThanTheHeapShareHolds_evictsButNeverAnswersHalfBlocks() {
    HazelcastSettings settings =
        TestMembers.member("full", 0, TestMembers.freePort()).withSize(64L << 20, 8);
    try (HazelcastGrid grid = HazelcastGrid.start(settings)) {
      BlockStore store = grid.blocks();
      int blocks = 200;
      for (int from = 0; from < blocks; from += 20) {
        List<CompletableFuture<PutOutcome>> puts =
            IntStream.range(from, from + 20)
                .mapToObj(i -> store.put(block(i, 3, 300_000), info()))
                .toList();
        puts.forEach(put -> assertThat(put).succeedsWithin(TestMembers.PATIENCE));
      }
      int found = 0;
      for (int i = 0; i < blocks; i++) {
        Optional<EncodedBlock> answer = read(store, i).join();
        answer.ifPresent(block -> assertThat(block.chunks()).hasSize(3));
        found += answer.isPresent() ? 1 : 0;
      }
      assertThat(found).isBetween(1, blocks - 1);
      assertThat(grid.members()).containsExactly(grid.self());
    }
  }
}
