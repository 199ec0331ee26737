package dev.kvasir.prefill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.engine.AheadEncoder.Outcome;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import dev.kvasir.prefill.testing.WaywardStore.Mood;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EncodeAheadTest extends PrefillFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Longer than a test may take. */
  private static final Duration FOREVER = Duration.ofHours(1);

  @Test
  void encodeAhead_missingBlock_completesWhenItIsStored() {
    PrefillWorker worker = worker();
    CacheableBlock block = Blocks.alone(FakeEngine.tokens(2, 40));
    assertThat(worker.encodeAhead(block).join()).isEqualTo(Outcome.ENCODED);
    assertThat(store.stored(block.key())).isPresent();
    assertThat(worker.encodeAhead(block).join()).isEqualTo(Outcome.FOUND);
    assertThat(engine.computedTokens()).isEqualTo(40);
  }

  @Test
  void encodeAhead_storeTakesNothing_saysSo() {
    PrefillWorker worker = worker();
    store.turn(Mood.FAILS);
    assertThat(worker.encodeAhead(Blocks.alone(FakeEngine.tokens(2, 40))).join())
        .isEqualTo(Outcome.NOT_STORED);
  }

  @Test
  void encodeAhead_lookupTakesLongerThanAFirstTokenMay_waitsForItAndFindsTheBlock()
      throws InterruptedException {
    CacheableBlock block = passage(0);
    store.put(directly(block), Blocks.info()).join();
    store.turn(Mood.HELD);
    long before = engine.computedTokens();
    PrefillWorker worker =
        worker(new PrefillOptions(8, 1_024, 4, SHORT, FOREVER, PATIENCE, 1 << 20));
    CompletableFuture<Outcome> found = worker.encodeAhead(block);
    Thread.sleep(SHORT.multipliedBy(4));
    store.release();
    assertThat(found.join()).isEqualTo(Outcome.FOUND);
    assertThat(engine.computedTokens()).isEqualTo(before);
  }

  @Test
  void encode_blockThatWaitsAheadForTheStore_waitsNoLongerThanAFirstTokenMay() {
    store.turn(Mood.HELD);
    PrefillWorker worker = worker(new PrefillOptions(8, 1_024, 4, SHORT, FOREVER, SHORT, 1 << 20));
    CacheableBlock block = passages(1, 30).getFirst();
    CompletableFuture<Outcome> ahead = worker.encodeAhead(block);
    awaitLookups(1);
    assertSame(worker.encode(block).join(), directly(block));
    assertThat(ahead.join()).isEqualTo(Outcome.NOT_STORED);
  }

  /** Each batch takes four of these blocks; the first one is under way when the others come. */
  @Test
  void encode_blocksAheadWait_runsBeforeThem() {
    PrefillWorker worker =
        worker(new PrefillOptions(1_000, 160, 4, PATIENCE, PATIENCE, PATIENCE, 1 << 20));
    engine.pause();
    CompletableFuture<Outcome> running = worker.encodeAhead(passage(0));
    await(() -> engine.arrived() == 1);
    List<CompletableFuture<Outcome>> ahead =
        List.of(1, 2, 3, 4, 5, 6, 7, 8).stream().map(i -> worker.encodeAhead(passage(i))).toList();
    CompletableFuture<?> live = worker.encode(passage(9));
    CompletableFuture<?> promoted = worker.encode(passage(8));
    awaitLookups(10);
    engine.resume();
    CompletableFuture.allOf(live, promoted).join();
    CompletableFuture.allOf(ahead.toArray(CompletableFuture[]::new)).join();
    running.join();
    assertThat(engine.batchSizes()).containsExactly(1, 2, 4, 3);
  }

  @Test
  void encodeAhead_aQuarterOfThePlacesTaken_isRefusedAndLiveBlocksAreNot() {
    PrefillWorker worker =
        worker(new PrefillOptions(8, 1_024, 4, PATIENCE, PATIENCE, PATIENCE, 1 << 20));
    engine.pause();
    List<CompletableFuture<Outcome>> taken =
        List.of(worker.encodeAhead(passage(0)), worker.encodeAhead(passage(1)));
    assertThatThrownBy(() -> worker.encodeAhead(passage(2)).join())
        .hasCauseInstanceOf(OverloadedException.class);
    CompletableFuture<?> live = worker.encode(passage(3));
    engine.resume();
    live.join();
    assertThat(taken).allSatisfy(one -> assertThat(one.join()).isEqualTo(Outcome.ENCODED));
  }

  /** Every block that is not refused has been looked up, and so is queued. */
  private void awaitLookups(int count) {
    await(() -> store.gets() == count);
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private static CacheableBlock passage(int number) {
    return Blocks.alone(FakeEngine.tokens(20 + number, 40));
  }
}
