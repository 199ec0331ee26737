package dev.kvasir.grid.ignite;

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
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.ignite.IgniteClientDisconnectedException;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.CachePeekMode;
import org.apache.ignite.internal.util.future.IgniteFinishedFutureImpl;
import org.junit.jupiter.api.Test;

class IgniteGridTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void start_portInUse_saysWhatToChange() throws IOException {
    IgniteSettings settings = TestNodes.settings("taken", 47620, 47620);
    try (ServerSocket taken =
        new ServerSocket(47620, 1, InetAddress.getByName(settings.bindAddress()))) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(() -> IgniteGrid.start(settings))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("47620")
          .hasMessageContaining("choose another one");
    }
  }

  @Test
  void store_nodeStopped_failsWithStoreExceptionAndNeverHangs() {
    IgniteSettings settings = TestNodes.settings("stopped", 47630, 47630);
    try (IgniteGrid grid = IgniteGrid.start(settings)) {
      BlockStore store = grid.blocks();
      store.put(block(1, 2, 100), info()).join();
      assertThat(grid.members()).containsExactly(grid.self());
      assertThat(Ignition.stop(settings.instanceName(), true)).isTrue();
      assertThat(grid.members()).isEmpty();
      assertFails(read(store, 1));
      assertFails(store.put(block(2, 1, 10), info()));
      assertFails(store.contains(List.of(key(1))));
      assertFails(store.remove(key(1)));
      assertThatThrownBy(() -> store.list(null, 1)).isInstanceOf(StoreException.class);
      assertThatThrownBy(store::stats).isInstanceOf(StoreException.class);
    }
  }

  @Test
  void close_embedded_deletesItsTemporaryFiles() throws IOException {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    List<Path> before = temporary(parent);
    try (IgniteGrid grid = IgniteGrid.start(IgniteSettings.embedded().withSize(64L << 20, 32))) {
      assertThat(grid.blocks().name()).isEqualTo("ignite");
      assertThat(temporary(parent)).hasSizeGreaterThan(before.size());
    }
    assertThat(temporary(parent)).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void put_moreThanTheRegionHolds_evictsButNeverAnswersHalfBlocks() {
    IgniteSettings settings = TestNodes.settings("full", 47640, 47640).withSize(64L << 20, 32);
    try (IgniteGrid grid = IgniteGrid.start(settings)) {
      BlockStore store = grid.blocks();
      int blocks = 200;
      for (int from = 0; from < blocks; from += 20) {
        List<CompletableFuture<PutOutcome>> puts =
            IntStream.range(from, from + 20)
                .mapToObj(i -> store.put(block(i, 3, 300_000), info()))
                .toList();
        puts.forEach(put -> assertThat(put).succeedsWithin(PATIENCE));
      }
      int found = 0;
      for (int i = 0; i < blocks; i++) {
        Optional<EncodedBlock> answer = read(store, i).join();
        answer.ifPresent(block -> assertThat(block.chunks()).hasSize(3));
        found += answer.isPresent() ? 1 : 0;
      }
      assertThat(found).isBetween(1, blocks - 1);
      assertThat(store.stats().blocks()).isEqualTo(found);
      assertThat(grid.members()).containsExactly(grid.self());
    }
  }

  @Test
  void untilJoined_gridLostWhileJoining_triesAgain() {
    AtomicInteger tries = new AtomicInteger();
    assertThat(
            IgniteGrid.untilJoined(() -> {
              if (tries.incrementAndGet() < 3) {
                throw new IgniteClientDisconnectedException(
                    new IgniteFinishedFutureImpl<>(), "lost");
              }
              return "joined";
            }))
        .isEqualTo("joined");
    assertThat(tries).hasValue(3);
  }

  @Test
  void untilJoined_anyOtherFailure_failsAtOnce() {
    AtomicInteger tries = new AtomicInteger();
    assertThatThrownBy(() ->
            IgniteGrid.untilJoined(() -> {
              tries.incrementAndGet();
              throw new IgniteException("another name");
            }))
        .hasMessage("another name");
    assertThat(tries).hasValue(1);
  }

  @Test
  void remove_recordsWithCopiesOnTheHeap_leavesNoCopy() {
    IgniteSettings settings = TestNodes.seed("copies");
    try (IgniteGrid grid = IgniteGrid.start(settings)) {
      BlockStore store = grid.blocks();
      store.put(block(1, 3, 300_000), info()).join();
      assertThat(read(store, 1).join()).isPresent();
      assertThat(copies(settings)).isPositive();
      store.remove(key(1)).join();
      assertThat(copies(settings)).isZero();
    }
  }

  private static int copies(IgniteSettings settings) {
    return Ignition.ignite(settings.instanceName())
        .cache(NodeConfiguration.RECORDS)
        .localSize(CachePeekMode.ONHEAP);
  }

  private static List<Path> temporary(Path parent) throws IOException {
    try (var paths = Files.list(parent)) {
      return paths
          .filter(path -> path.getFileName().toString().startsWith("kvasir-ignite-"))
          .toList();
    }
  }
}
