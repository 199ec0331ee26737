package dev.kvasir.node.evict;

import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final long MIB = 1 << 20;
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final AtomicLong nanos = new AtomicLong();
  private final Ledger ledger =
      new Ledger(
          new EvictorSettings(20 * MIB, 2, Optional.of(IDLE), 8, Duration.ZERO),
          nanos::get,
          _ -> {});

  @Test
  void keep_moreThanTheShareOfTheBudget_evictsTheRestAndCountsItUntilRemoved() {
    keep(0, 30);
    EvictorState state = ledger.state();
    assertThat(state.keptBytes()).isEqualTo(10 * MIB);
    assertThat(state.blocks()).isEqualTo(10);
    assertThat(state.leavingBytes()).isEqualTo(20 * MIB);
    List<BlockKey> evicted = ledger.takeEvicted(100);
    assertThat(evicted).hasSize(20);
    assertThat(ledger.state()).isEqualTo(state);
    evicted.forEach(key -> assertThat(ledger.removed(key)).isEqualTo(MIB));
    assertThat(ledger.state()).isEqualTo(new EvictorState(10, 10 * MIB, 0, 0));
  }

  @Test
  void keep_largerThanTheBudget_isEvictedAtOnce() {
    ledger.keep(key(1), 11 * MIB);
    assertThat(ledger.takeEvicted(1)).containsExactly(key(1));
  }

  @Test
  void keep_sameBlockAgain_isCountedOnceWithItsLatestSize() {
    ledger.keep(key(1), MIB);
    ledger.keep(key(1), 2 * MIB);
    assertThat(ledger.state()).isEqualTo(new EvictorState(1, 2 * MIB, 0, 0));
  }

  @Test
  void pin_blocksUnderPressure_stayAndTakeTheRoomOfOthers() {
    keep(0, 8);
    IntStream.range(0, 8).forEach(i -> ledger.pin(key(i)));
    keep(100, 200);
    IntStream.range(0, 8).forEach(i -> assertThat(ledger.all()).containsKey(key(i)));
    assertThat(ledger.state().keptBytes()).isEqualTo(10 * MIB);
    assertThat(ledger.state().pinnedBytes()).isEqualTo(8 * MIB);
    IntStream.range(0, 8).forEach(i -> ledger.unpin(key(i)));
    keep(300, 400);
    assertThat(ledger.state().pinnedBytes()).isZero();
    assertThat(ledger.state().keptBytes()).isEqualTo(10 * MIB);
  }

  @Test
  void pin_evictedBlock_comesBack() {
    ledger.keep(key(1), 11 * MIB);
    ledger.pin(key(1));
    assertThat(ledger.takeEvicted(1)).isEmpty();
    assertThat(ledger.state()).isEqualTo(new EvictorState(1, 11 * MIB, 11 * MIB, 0));
  }

  @Test
  void keep_whileItsRemovalIsUnderWay_countsBothAndStaysAfterwards() {
    ledger.keep(key(1), 11 * MIB);
    assertThat(ledger.takeEvicted(1)).containsExactly(key(1));
    ledger.keep(key(1), MIB);
    assertThat(ledger.state().residentBytes()).isEqualTo(11 * MIB);
    ledger.removed(key(1));
    assertThat(ledger.state()).isEqualTo(new EvictorState(1, MIB, 0, 0));
  }

  @Test
  void notRemoved_isEvictedAgain() {
    ledger.keep(key(1), 11 * MIB);
    ledger.takeEvicted(1);
    ledger.notRemoved(key(1));
    assertThat(ledger.state().leavingBytes()).isEqualTo(11 * MIB);
    assertThat(ledger.takeEvicted(1)).containsExactly(key(1));
  }

  @Test
  void expire_unusedForTheIdleTime_goesUnlessPinned() {
    keep(0, 3);
    ledger.pin(key(0));
    nanos.addAndGet(IDLE.toNanos() - 1);
    ledger.touch(List.of(key(1), key(77)));
    nanos.addAndGet(IDLE.toNanos() / 2);
    ledger.expire();
    assertThat(ledger.takeEvicted(10)).containsExactly(key(2));
    assertThat(ledger.all()).containsOnlyKeys(key(0), key(1));
  }

  @Test
  void keep_afterTheIdleTimeButBeforeItsEviction_staysOnce() {
    ledger.keep(key(1), MIB);
    nanos.addAndGet(2 * IDLE.toNanos());
    ledger.keep(key(1), MIB);
    assertThat(ledger.state()).isEqualTo(new EvictorState(1, MIB, 0, 0));
  }

  @Test
  void forget_countsNothingAnyMore() {
    keep(0, 20);
    IntStream.range(0, 20).forEach(i -> ledger.forget(key(i)));
    assertThat(ledger.state()).isEqualTo(new EvictorState(0, 0, 0, 0));
    assertThat(ledger.takeEvicted(10)).isEmpty();
  }

  private void keep(int from, int to) {
    IntStream.range(from, to).forEach(i -> ledger.keep(key(i), MIB));
  }
}
