package dev.kvasir.prefill.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.TokenIds;
import dev.kvasir.prefill.lease.EncodeLeases.Busy;
import dev.kvasir.prefill.lease.EncodeLeases.Lease;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.memory.MemoryGrid;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GridLeasesTest {
  private static final BlockKey KEY = Blocks.alone(TokenIds.of(1)).key();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.ofEpochSecond(1_800_000_000));
  private final MemoryGrid first = new MemoryGrid(now::get);
  private final MemoryGrid second = first.join(new Member("second", Map.of()));
  private final GridLeases one = new GridLeases(first, LONG);
  private final GridLeases two = new GridLeases(second, Duration.ofMillis(300));

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  @Test
  void acquire_heldByAnother_tellsWhoAndWhenItEnded() {
    Lease lease = lease(one);
    Busy busy = (Busy) two.acquire(KEY).join();
    assertThat(busy.worker()).isEqualTo("local");
    assertThat(busy.ended()).isNotDone();
    lease.release();
    assertThat(busy.ended()).succeedsWithin(PATIENCE);
    lease(two);
  }

  @Test
  void acquire_manyAtOnce_oneHolder() {
    List<CompletableFuture<EncodeLeases.Answer>> answers = new ArrayList<>();
    IntStream.range(0, 64).forEach(i -> answers.add((i % 2 == 0 ? one : two).acquire(KEY)));
    assertThat(answers.stream().map(CompletableFuture::join).filter(Lease.class::isInstance))
        .hasSize(1);
  }

  @Test
  void acquire_holderHasLeftTheGrid_takesItOver() {
    lease(two);
    second.close();
    lease(one);
  }

  @Test
  void ended_holderLeavesTheGrid_completes() {
    Lease gone = lease(one);
    Busy busy = (Busy) two.acquire(KEY).join();
    first.close();
    assertThat(busy.ended()).succeedsWithin(PATIENCE);
    lease(two);
    assertThat(gone.confirm().join()).isFalse();
  }

  @Test
  void confirm_timeRanOut_isFalse() {
    Lease lease = lease(one);
    assertThat(lease.confirm().join()).isTrue();
    now.updateAndGet(then -> then.plus(LONG).plusSeconds(1));
    assertThat(lease.confirm().join()).isFalse();
  }

  @Test
  void close_heldLeases_areReleased() {
    lease(one);
    one.close();
    lease(two);
  }

  private static Lease lease(EncodeLeases leases) {
    EncodeLeases.Answer answer = leases.acquire(KEY).join();
    assertThat(answer).isInstanceOf(Lease.class);
    return (Lease) answer;
  }
}
