package dev.kvasir.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.kv.KvSegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Over an engine whose passes the test lets through one by one: no clock, no sleeping. */
@Timeout(60)
final class BatchingEngineTest {
  private static final Duration NO_PATIENCE = Duration.ZERO;
  private static final Duration ENDLESS = Duration.ofHours(1);

  private final GatedEngine gated = new GatedEngine();
  private final List<String> observed = Collections.synchronizedList(new ArrayList<>());
  private final List<KvSegment> segments = new ArrayList<>();

  /** A call on a thread of its own. */
  private static final class Call {
    private final CompletableFuture<List<float[]>> result = new CompletableFuture<>();

    List<float[]> result() throws Exception {
      return result.get(30, TimeUnit.SECONDS);
    }

    float logit() throws Exception {
      return result().getFirst()[0];
    }
  }

  @AfterEach
  void close() {
    segments.forEach(KvSegment::close);
  }

  @Test
  void forward_loneCall_runsOnItsCallersThread() {
    gated.open();
    List<Thread> threads = new ArrayList<>();
    BatchingEngine engine =
        new BatchingEngine(
            gated,
            limits(NO_PATIENCE),
            (calls, tokens) -> {
              threads.add(Thread.currentThread());
              observed.add(calls + "/" + tokens);
            });
    assertThat(engine.forward(List.of(sequence(20), sequence(3))))
        .containsExactly(new float[] {20}, new float[] {3});
    assertThat(threads).containsOnly(Thread.currentThread());
    assertThat(observed).containsExactly("1/16", "1/7");
    assertThat(engine.calls()).isZero();
  }

  @Test
  void forward_emptyBatch_hasNoResults() {
    assertThat(engine(NO_PATIENCE).forward(List.of())).isEmpty();
  }

  @Test
  void forward_stepsThatArriveDuringAPass_allRunInTheNextOne() throws Exception {
    BatchingEngine engine = engine(NO_PATIENCE);
    Call first = call(engine, sequence(5));
    gated.begun();
    List<Call> steps = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      steps.add(call(engine, sequence(1)));
    }
    awaitCalls(engine, 8);
    gated.end();
    assertThat(sizes(gated.begun())).containsExactly(1, 1, 1, 1, 1, 1, 1);
    gated.end();
    assertThat(first.logit()).isEqualTo(5);
    for (Call step : steps) {
      assertThat(step.logit()).isEqualTo(1);
    }
  }

  @Test
  void forward_stepDuringALongPrefill_waitsForOnePassOnlyAndShrinksTheNext() throws Exception {
    BatchingEngine engine = engine(NO_PATIENCE);
    Call prefill = call(engine, sequence(1_000));
    for (int i = 0; i < 5; i++) {
      int whole = i == 0 ? 16 : 8;
      assertThat(sizes(gated.begun())).containsExactly(whole);
      Call step = call(engine, sequence(1));
      awaitCalls(engine, 2);
      gated.end();
      assertThat(sizes(gated.begun())).containsExactly(1, 7);
      gated.end();
      assertThat(step.logit()).isEqualTo(1);
    }
    gated.open();
    assertThat(prefill.logit()).isEqualTo(1_000);
  }

  @Test
  void forward_shortQuestionDuringALongPrefill_isAnsweredByTheNextPass() throws Exception {
    BatchingEngine engine = engine(NO_PATIENCE);
    Call prefill = call(engine, sequence(7_500));
    gated.begun();
    Call question = call(engine, sequence(6));
    awaitCalls(engine, 2);
    gated.end();
    assertThat(sizes(gated.begun())).containsExactly(10, 6);
    gated.end();
    assertThat(question.logit()).isEqualTo(6);
    assertThat(prefill.result).isNotDone();
    gated.open();
    assertThat(prefill.logit()).isEqualTo(7_500);
  }

  @Test
  void forward_questionsAndStepsWithoutEnd_doNotStarveAPrefill() throws Exception {
    BatchingEngine engine = engine(NO_PATIENCE);
    Call prefill = call(engine, sequence(40));
    List<Call> calls = new ArrayList<>(List.of(prefill));
    gated.begun();
    int passes = 1;
    while (!prefill.result.isDone() && passes < 100) {
      for (int i = 0; i < 6; i++) {
        calls.add(call(engine, sequence(1)));
        calls.add(call(engine, sequence(2)));
      }
      awaitUnanswered(engine, calls);
      gated.end();
      gated.begun();
      passes++;
    }
    assertThat(prefill.logit()).isEqualTo(40);
    assertThat(passes).as("16 tokens in the first pass, then two a pass").isLessThanOrEqualTo(14);
    gated.open();
    awaitCalls(engine, 0);
  }

  @Test
  void forward_abandonedWhileWaiting_neverRuns() throws Exception {
    BatchingEngine engine = engine(NO_PATIENCE);
    AtomicBoolean left = new AtomicBoolean();
    Call first = call(engine, sequence(1));
    gated.begun();
    Call leaving = call(engine, left::get, sequence(4));
    awaitCalls(engine, 2);
    left.set(true);
    gated.end();
    assertThatThrownBy(leaving::result).hasCauseInstanceOf(CancellationException.class);
    assertThat(first.logit()).isEqualTo(1);
    assertThat(gated.rest()).isEmpty();
    assertThat(engine.calls()).isZero();
  }

  @Test
  void forward_abandonedHalfWay_isDroppedBeforeTheNextPassAndOthersGoOn() throws Exception {
    BatchingEngine engine = engine(NO_PATIENCE);
    AtomicBoolean left = new AtomicBoolean();
    Call leaving = call(engine, left::get, sequence(500));
    gated.begun();
    Call other = call(engine, sequence(20));
    awaitCalls(engine, 2);
    left.set(true);
    gated.end();
    assertThat(sizes(gated.begun())).containsExactly(16);
    gated.open();
    assertThatThrownBy(leaving::result).hasCauseInstanceOf(CancellationException.class);
    assertThat(other.logit()).isEqualTo(20);
  }

  @Test
  void forward_onePoisonedCall_failsAlone() throws Exception {
    BatchingEngine engine = engine(NO_PATIENCE);
    Call first = call(engine, sequence(3));
    gated.begun();
    Call good = call(engine, sequence(1));
    Call bad =
        call(engine, new Sequence(TokenIds.of(GatedEngine.POISON), List.of(), own(1), 0, true));
    Call prompt = call(engine, sequence(5));
    awaitCalls(engine, 4);
    gated.open();
    assertThat(first.logit()).isEqualTo(3);
    assertThat(good.logit()).isEqualTo(1);
    assertThat(prompt.logit()).isEqualTo(5);
    assertThatThrownBy(bad::result).hasRootCauseMessage("poison");
    assertThat(engine.calls()).isZero();
  }

  @Test
  void forward_badInput_isRefusedBeforeItWaits() {
    BatchingEngine engine = engine(NO_PATIENCE);
    Sequence unknown =
        new Sequence(TokenIds.of(GatedEngine.VOCABULARY), List.of(), own(1), 0, true);
    assertThatThrownBy(() -> engine.forward(List.of(unknown)))
        .hasMessage("no such token: id=" + GatedEngine.VOCABULARY);
    Sequence tooLong = new Sequence(TokenIds.of(1, 2), List.of(), own(1), 0, true);
    assertThatThrownBy(() -> engine.forward(List.of(tooLong))).hasMessageContaining("2 tokens");
    assertThat(gated.rest()).isEmpty();
  }

  @Test
  void forward_tooManyWait_isRefusedAndRecovers() throws Exception {
    BatchingEngine engine =
        new BatchingEngine(gated, new BatchLimits(16, 8, 2, NO_PATIENCE), (_, _) -> {});
    Call running = call(engine, sequence(1));
    gated.begun();
    Call waiting = call(engine, sequence(1));
    awaitCalls(engine, 2);
    assertThatThrownBy(() -> engine.forward(List.of(sequence(1))))
        .isInstanceOf(OverloadedException.class);
    gated.open();
    assertThat(running.logit()).isEqualTo(1);
    assertThat(waiting.logit()).isEqualTo(1);
    assertThat(engine.forward(List.of(sequence(2)))).containsExactly(new float[] {2});
  }

  @Test
  void close_callsWait_failsThemAfterThePassThatRuns() throws Exception {
    BatchingEngine engine = engine(NO_PATIENCE);
    Call done = call(engine, sequence(1));
    gated.begun();
    Call waiting = call(engine, sequence(1));
    Call longer = call(engine, sequence(90));
    awaitCalls(engine, 3);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(engine::close);
    awaitClosed(engine);
    assertThat(gated.closed()).isFalse();
    gated.end();
    closing.get(30, TimeUnit.SECONDS);
    assertThat(done.logit()).isEqualTo(1);
    assertThatThrownBy(waiting::result).hasRootCauseMessage("the engine is closed");
    assertThatThrownBy(longer::result).hasRootCauseMessage("the engine is closed");
    assertThat(gated.closed()).isTrue();
    assertThat(gated.rest()).isEmpty();
    engine.close();
  }

  @Test
  void forward_answersInFlight_keepRunningTogether() throws Exception {
    BatchingEngine engine = engine(ENDLESS);
    CompletableFuture<Float> one = steps(engine, 50);
    assertThat(sizes(gated.begun())).containsExactly(1);
    CompletableFuture<Float> other = steps(engine, 49);
    awaitCalls(engine, 2);
    gated.open();
    assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(50);
    assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(49);
    assertThat(gated.rest()).hasSize(49).allMatch(pass -> pass.size() == 2);
  }

  private BatchingEngine engine(Duration patience) {
    return new BatchingEngine(gated, limits(patience), (_, _) -> {});
  }

  private static BatchLimits limits(Duration patience) {
    return new BatchLimits(16, 8, 100, patience);
  }

  private Sequence sequence(int tokens) {
    int[] ids = new int[tokens];
    Arrays.fill(ids, 7);
    return new Sequence(TokenIds.of(ids), List.of(), own(tokens), 0, true);
  }

  private KvSegment own(int tokens) {
    KvSegment own = gated.newSegment(tokens);
    synchronized (segments) {
      segments.add(own);
    }
    return own;
  }

  private static Call call(BatchingEngine engine, Sequence sequence) {
    return call(engine, () -> false, sequence);
  }

  private static Call call(BatchingEngine engine, BooleanSupplier abandoned, Sequence sequence) {
    Call call = new Call();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            call.result.complete(engine.forward(List.of(sequence), abandoned));
          } catch (RuntimeException e) {
            call.result.completeExceptionally(e);
          }
        });
    return call;
  }

  /** An answer of so many tokens; its last logit. */
  private CompletableFuture<Float> steps(BatchingEngine engine, int count) {
    CompletableFuture<Float> last = new CompletableFuture<>();
    KvSegment own = own(count);
    Sequence step = new Sequence(TokenIds.of(1), List.of(), own, 0, true);
    Thread.ofPlatform()
        .daemon()
        .start(() ->
            last.complete(
                IntStream.range(0, count)
                    .mapToObj(_ -> engine.forward(List.of(step)).getFirst()[0])
                    .reduce(0f, Math::max)));
    return last;
  }

  private static List<Integer> sizes(List<Sequence> pass) {
    return pass.stream().map(sequence -> sequence.tokens().size()).toList();
  }

  private static void awaitCalls(BatchingEngine engine, int count) {
    while (engine.calls() != count) {
      Thread.onSpinWait();
    }
  }

  /** Until every call has either been answered or reached the engine. */
  private static void awaitUnanswered(BatchingEngine engine, List<Call> calls) {
    while (engine.calls() != calls.stream().filter(call -> !call.result.isDone()).count()) {
      Thread.onSpinWait();
    }
  }

  private static void awaitClosed(BatchingEngine engine) {
    while (true) {
      try {
        engine.forward(List.of());
        Thread.onSpinWait();
      } catch (IllegalStateException closed) {
        return;
      }
    }
  }
}
