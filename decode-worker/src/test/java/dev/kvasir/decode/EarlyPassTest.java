package dev.kvasir.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.decode.Completion.FinishReason;
import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.decode.testing.FatefulStore;
import dev.kvasir.decode.testing.FatefulStore.Fate;
import dev.kvasir.decode.testing.FatefulStore.Place;
import dev.kvasir.decode.testing.RecordedAnswer;
import dev.kvasir.decode.testing.Rig;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to any record of a block while the final block is computed already: the answer
 * is that of a prompt whose blocks were there from the start, and no memory is left.
 */
@Timeout(120)
class EarlyPassTest {
  private static final List<CacheableBlock> BLOCKS =
      Stream.of(3, 4, 5).map(n -> Blocks.behind(Rig.SINK, FakeEngine.tokens(n, 200))).toList();
  private static final SegmentedPrompt PROMPT = new SegmentedPrompt(BLOCKS, Rig.question(1));
  private static final BlockKey KEY = BLOCKS.get(1).key();
  private static final int RECORDS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static float[] expected = {};

  @BeforeAll
  static void computeWithEverythingThere() {
    try (Rig rig = Rig.patient(FakeEngine.wide())) {
      rig.logits(PROMPT);
      expected = rig.logits(PROMPT);
      assertThat(rig.engine.layersRead()).isZero();
      assertThat(rig.prefill.encode(BLOCKS.get(1)).join().chunks()).hasSize(RECORDS - 1);
    }
  }

  @Test
  void firstLogits_recordsComeWhileLayersAreComputed_sameBitsFromTheGrid() {
    try (Rig rig = rig(RECORDS - 1, Fate.COMES)) {
      rig.engine.pause();
      RecordedAnswer answer = rig.answer(PROMPT);
      resumeOnceRead(rig, rig.engine.model().geometry().layers());
      assertThat(answer.report().blocks())
          .extracting(BlockReport::source)
          .containsOnly(Source.GRID);
      answer.completion();
      assertThat(rig.engine.layeredPasses()).isOne();
      assertThat(rig.count("kvasir.pull.passes", "outcome", "used")).isOne();
      rig.decode.cache().clear();
      assertThat(rig.logits(PROMPT)).containsExactly(expected);
    }
  }

  static Stream<Arguments> troubles() {
    return Stream.of(Fate.LOST, Fate.DAMAGED, Fate.FAILS, Fate.LATE)
        .flatMap(fate ->
            Stream.iterate(0, i -> i < RECORDS, i -> i + 1).map(i -> Arguments.of(fate, i)));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void firstLogits_troubleWithAnyRecord_sameBitsAndCounted(Fate fate, int index) {
    try (Rig rig = rig(index, fate)) {
      assertThat(logits(rig, index)).containsExactly(expected);
      assertThat(rig.logits(PROMPT)).containsExactly(expected);
      if (index > 1) {
        assertThat(rig.engine.layeredPasses()).isZero();
        assertThat(rig.count("kvasir.pull.passes", "outcome", "discarded")).isOne();
      }
      double damaged = fate == Fate.DAMAGED ? 1 : 0;
      assertThat(rig.count("kvasir.integrity.failures", "where", "store")).isEqualTo(damaged);
      assertThat(rig.count("kvasir.fallback", "reason", "damaged")).isEqualTo(damaged);
      assertThat(rig.count("kvasir.fallback", "reason", "store_error"))
          .isEqualTo(fate == Fate.FAILS ? 1 : 0);
      assertThat(rig.count("kvasir.fallback", "reason", "timeout"))
          .isEqualTo(fate == Fate.LATE ? 1 : 0);
    }
  }

  @Test
  void firstLogits_severalRequestsWhileTheBlocksArrive_sameBitsAndOnePull() {
    try (Rig rig = rig(RECORDS - 1, Fate.COMES);
        var requests = Executors.newVirtualThreadPerTaskExecutor()) {
      rig.engine.pause();
      List<CompletableFuture<float[]>> waiting =
          Stream.generate(() -> CompletableFuture.supplyAsync(() -> rig.logits(PROMPT), requests))
              .limit(4)
              .toList();
      resumeOnceRead(rig, 1);
      waiting.forEach(logits -> assertThat(logits.join()).containsExactly(expected));
      assertThat(rig.engine.layeredPasses()).isPositive();
    }
  }

  @Test
  void firstLogits_othersRequestWhileARecordIsAwaited_isAnsweredMeanwhile() {
    List<FatefulStore> store = new ArrayList<>();
    try (Rig rig = rig(RECORDS - 1, Fate.LATE, store);
        var requests = Executors.newVirtualThreadPerTaskExecutor()) {
      SegmentedPrompt other = Rig.prompt(1, 2);
      float[] alone = rig.logits(other);
      var waiting = CompletableFuture.supplyAsync(() -> rig.logits(PROMPT), requests);
      assertThat(rig.logits(other)).containsExactly(alone);
      store.getFirst().release();
      assertThat(waiting.join()).containsExactly(expected);
    }
  }

  @Test
  void generate_cancelledWhileARecordIsAwaited_endsAndLeavesNothing() {
    List<FatefulStore> store = new ArrayList<>();
    try (Rig rig = rig(RECORDS - 1, Fate.LATE, store)) {
      RecordedAnswer answer = new RecordedAnswer();
      rig.start(PROMPT, AttentionMode.BLOCK, Sampling.greedy(8), answer).cancel();
      assertThat(answer.completion().reason()).isEqualTo(FinishReason.CANCELLED);
      store.getFirst().release();
      assertThat(rig.logits(PROMPT)).containsExactly(expected);
    }
  }

  @Test
  void close_whileARecordIsAwaited_leavesNothing() {
    try (Rig rig = rig(RECORDS - 1, Fate.LATE)) {
      rig.start(PROMPT, AttentionMode.BLOCK, Sampling.greedy(8), new RecordedAnswer());
    }
  }

  /** No encode ends before a pass has read layers, if it can, however slow the machine is. */
  private static float[] logits(Rig rig, int index) {
    if (index < 2) {
      return rig.logits(PROMPT);
    }
    rig.engine.pause();
    var logits = CompletableFuture.supplyAsync(() -> rig.logits(PROMPT));
    resumeOnceRead(rig, 1);
    return logits.join();
  }

  private static void resumeOnceRead(Rig rig, int layers) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (rig.engine.layersRead() < layers) {
      assertThat(System.nanoTime()).as("a pass reads layers").isLessThan(end);
      LockSupport.parkNanos(100_000);
    }
    rig.engine.resume();
  }

  private static Rig rig(int index, Fate fate) {
    return rig(index, fate, new ArrayList<>());
  }

  /**
   * All blocks are in the store and none in local memory; from the second chunk on the record waits
   * until a pass has read the layers before it.
   */
  private static Rig rig(int index, Fate fate, List<FatefulStore> store) {
    FakeEngine engine = FakeEngine.wide();
    Place place = new Place(KEY, index, fate);
    Rig rig =
        Rig.patient(
            engine,
            behind -> {
              store.add(
                  new FatefulStore(behind, place, () -> index < 2 || engine.layersRead() > 0));
              return store.getFirst();
            });
    BLOCKS.forEach(block -> rig.prefill.encode(block).join());
    rig.awaitStored(PROMPT);
    return rig;
  }
}
