package dev.kvasir.store.pressure;

import static dev.kvasir.store.Blocks.block;
import static dev.kvasir.store.Blocks.info;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.store.PutOutcome;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.memory.MemoryGrid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatientStoreTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final MemoryGrid grid = new MemoryGrid();
  private final Topic topic = grid.topic(Pressure.TOPIC);
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void put_noNodeFull_isStoredAtOnce() {
    assertThat(store(PATIENCE).put(block(1, 1, 10), info()))
        .isCompletedWithValue(PutOutcome.STORED);
  }

  @Test
  void put_nodeFull_waitsUntilEveryNodeIsFree() {
    PatientStore store = store(PATIENCE);
    say("a", true);
    say("b", true);
    var put = store.put(block(1, 1, 10), info());
    say("a", false);
    store.wake();
    assertThat(put).isNotDone();
    say("b", false);
    assertThat(put).succeedsWithin(PATIENCE).isEqualTo(PutOutcome.STORED);
  }

  @Test
  void put_fullNodeFallsSilent_isForgotten() {
    PatientStore store = store(PATIENCE);
    say("gone", true);
    var put = store.put(block(1, 1, 10), info());
    nanos.addAndGet(Duration.ofMillis(Pressure.FORGET_MILLIS).toNanos());
    store.wake();
    assertThat(put).succeedsWithin(PATIENCE).isEqualTo(PutOutcome.STORED);
  }

  @Test
  void put_fullForLongerThanThePatience_failsAndSaysWhatToDo() {
    PatientStore store = store(Duration.ofMillis(20));
    say("node-7", true);
    assertThat(store.put(block(1, 1, 10), info()))
        .failsWithin(PATIENCE)
        .withThrowableOfType(Exception.class)
        .withCauseInstanceOf(StoreException.class)
        .withMessageContaining("node-7")
        .withMessageContaining("more memory");
    say("node-7", false);
    assertThat(store.put(block(2, 1, 10), info())).succeedsWithin(PATIENCE);
  }

  @Test
  void put_moreThanEightWindowsWait_isRefusedAtOnce() {
    PatientStore store = store(PATIENCE);
    say("a", true);
    List<CompletableFuture<PutOutcome>> puts =
        IntStream.range(0, 20).mapToObj(i -> store.put(block(i, 1, 900), info())).toList();
    assertThat(puts.stream().filter(CompletableFuture::isCompletedExceptionally)).hasSize(11);
    say("a", false);
    puts.subList(0, 9).forEach(put -> assertThat(put).succeedsWithin(PATIENCE));
    assertThat(store.put(block(99, 1, 900), info())).succeedsWithin(PATIENCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "full", "1 full", "1 full a b", "2 full a", "1 FULL a", "1 full \n"})
  void put_afterMessagesThatAreNone_isStored(String message) {
    PatientStore store = store(PATIENCE);
    topic.publish(message);
    assertThat(store.put(block(1, 1, 10), info())).isCompletedWithValue(PutOutcome.STORED);
  }

  private void say(String node, boolean full) {
    topic.publish(new Pressure(node, full).text());
  }

  private PatientStore store(Duration patience) {
    return new PatientStore(
        grid.blocks(), topic, new PatientStore.Settings(1_000, patience), nanos::get);
  }
}
